// The description of the structs of facts/engagement.h.
#pragma once

#include "facts/describe.h"
#include "facts/engagement.h"

namespace ihc {

template <>
struct Describe<Statement> {
  static constexpr std::string_view kName = "statement";
  static constexpr auto kFields =
      std::tuple{field("item", &Statement::item, "what it is about: a checklist item (C3) or a word of the client's"),
                 field("statement", &Statement::statement, "what is stated, in its author's words"),
                 field("who", &Statement::who, "who states it"),
                 field("date", &Statement::date, "when it was stated, YYYY-MM-DD")};
};

template <>
struct Describe<Engagement> {
  static constexpr std::string_view kName = "engagement";
  static constexpr auto kFields = std::tuple{
      field("client", &Engagement::client, "for whom the check is made"),
      field("scrape_interval_seconds", &Engagement::scrape_interval_seconds, "how often the client's monitoring looks"),
      field("slo", &Engagement::slo, "service level objectives by metric and statistic: ttft_ms_p95"),
      field("demand", &Engagement::demand, "load to be served, by name with its unit: peak_requests_per_second"),
      field("prices", &Engagement::prices, "what things cost, by name with its unit: gpu_hour"),
      field("currency", &Engagement::currency, "of the prices"),
      field("decisions", &Engagement::decisions, "recorded decisions"),
      field("attestations", &Engagement::attestations, "statements of people about the node")};
};

template <>
struct Describe<StatedWaiver> {
  static constexpr std::string_view kName = "waiver";
  static constexpr auto kFields = std::tuple{
      field("rule", &StatedWaiver::rule, "the rule whose failure is accepted"),
      field("subject", &StatedWaiver::subject, "its subject_key; node for the node itself, * for every subject"),
      field("reason", &StatedWaiver::reason, "why it is accepted"),
      field("owner", &StatedWaiver::owner, "who accepts it"),
      field("expires", &StatedWaiver::expires, "the last day on which it holds, YYYY-MM-DD"),
      field("expired", &StatedWaiver::expired, "whether that day lies before the day of the assessment")};
};

}  // namespace ihc
