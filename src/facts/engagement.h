// facts.engagement and facts.waivers: what people state about this node, from the files given with --engagement and
// --waivers. Shown as stated, never as measured.
#pragma once

#include "facts/describe.h"

namespace ihc {

/// A recorded decision or attestation.
struct Statement {
  std::string item;
  std::string statement;
  std::string who;
  std::string date;
};

struct Engagement {
  std::optional<std::string> client;
  std::optional<double> scrape_interval_seconds;
  std::optional<std::map<std::string, double>> slo;
  std::optional<std::map<std::string, double>> demand;
  std::optional<std::map<std::string, double>> prices;
  std::optional<std::string> currency;
  std::vector<Statement> decisions;
  std::vector<Statement> attestations;
};

/// A finding that somebody accepts until a day.
struct StatedWaiver {
  std::string rule;
  std::string subject;
  std::string reason;
  std::string owner;
  std::string expires;
  bool expired = false;
};

}  // namespace ihc
