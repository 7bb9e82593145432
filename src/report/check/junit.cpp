#include <map>
#include <sstream>
#include <vector>

#include <pugixml.hpp>

#include "base/json_read.h"
#include "report/check/formats.h"
#include "report/escape.h"
#include "report/format.h"

namespace ihc::report {

namespace {

struct Counts {
  unsigned tests = 0;
  unsigned failures = 0;
  unsigned errors = 0;
  unsigned skipped = 0;

  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
};

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(printable(value).c_str());
}

void set_counts(pugi::xml_node node, const Counts& counts) {
  node.append_attribute("tests").set_value(counts.tests);
  node.append_attribute("failures").set_value(counts.failures);
  node.append_attribute("errors").set_value(counts.errors);
  node.append_attribute("skipped").set_value(counts.skipped);
}

std::string case_name(const Json& finding) {
  const std::string subject = string_at(finding, "subject_key");
  const std::string title = one_line(string_at(finding, "title"));
  return subject.empty() ? title : title + " [" + subject + "]";
}

void skip(pugi::xml_node test, Counts& counts, const std::string& why) {
  ++counts.skipped;
  set(test.append_child("skipped"), "message", why);
}

void add_case(pugi::xml_node suite, const Json& finding, const Words& words, Counts& counts) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", string_at(finding, "domain") + "." + string_at(finding, "rule"));
  set(test, "name", case_name(finding));
  ++counts.tests;
  const std::string result = string_at(finding, "result");
  const Json& waiver = at(finding, "waiver");
  if (result == "fail" && waiver.is_object()) {
    skip(test, counts, words.text("check.waived") + ": " + string_at(waiver, "reason"));
  } else if (result == "fail") {
    ++counts.failures;
    pugi::xml_node failure = test.append_child("failure");
    set(failure, "type", string_at(finding, "severity"));
    set(failure, "message", one_line(string_at(finding, "title")));
    failure.text().set(printable(one_line(string_at(at(finding, "text"), "engineer"))).c_str());
  } else if (result == "error") {
    ++counts.errors;
    set(test.append_child("error"), "message", string_at(finding, "error"));
  } else if (result != "pass") {
    skip(test, counts, words.text("results", result, "label") + ": " + reason_label(finding, words));
  }
}

}  // namespace

std::string findings_junit(const Json& findings, const std::string& node, const Words& words) {
  std::map<std::string, std::vector<const Json*>> by_domain;
  for (const Json& finding : list_at(findings, "findings")) by_domain[string_at(finding, "domain")].push_back(&finding);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", "ihc " + node);
  Counts total;
  for (const auto& [domain, list] : by_domain) {
    pugi::xml_node suite = root.append_child("testsuite");
    set(suite, "name", domain);
    Counts counts;
    for (const Json* finding : list) add_case(suite, *finding, words, counts);
    set_counts(suite, counts);
    total.add(counts);
  }
  set_counts(root, total);
  std::ostringstream text;
  document.save(text, "  ", pugi::format_indent, pugi::encoding_utf8);
  return text.str();
}

}  // namespace ihc::report
