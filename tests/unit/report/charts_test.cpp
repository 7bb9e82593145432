#include "report/charts/charts.h"

#include <pugixml.hpp>

#include "report/charts/svg.h"
#include "tests/unit/report/handmade.h"

namespace ihc::report {
namespace {

// Well-formed, drawn within its own width, and made of nothing but shapes and text.
void expect_sound(const std::string& svg, const std::string& name) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_string(svg.c_str());
  ASSERT_TRUE(parsed) << name << ": " << parsed.description() << "\n" << svg;
  const pugi::xml_node root = document.child("svg");
  ASSERT_TRUE(root) << name;
  EXPECT_FALSE(std::string(root.child("title").text().get()).empty()) << name;
  const double width = root.attribute("width").as_double();
  for (const pugi::xml_node& node : root.children()) {
    const std::string tag = node.name();
    EXPECT_TRUE(tag == "rect" || tag == "line" || tag == "text" || tag == "polygon" || tag == "title")
        << name << " " << tag;
    EXPECT_FALSE(node.attribute("style") || node.attribute("id") || node.attribute("class")) << name;
    EXPECT_LE(node.attribute("x").as_double() + node.attribute("width").as_double(), width + 0.6) << name << svg;
    EXPECT_GE(node.attribute("width").as_double(), 0) << name;
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      EXPECT_FALSE(std::string(attribute.name()).starts_with("on")) << name;
      EXPECT_EQ(std::string(attribute.value()).find("nan"), std::string::npos) << name;
    }
  }
}

TEST(Charts, AllFiguresOfTheHandmadeNodesAreSound) {
  for (const ReportInput& input : {two_socket(), small_vm()}) {
    const Words& words = shipped_templates().words;
    const Model model = make_model(input, words);
    const std::vector<Figure> figures = make_figures(input, model, words);
    for (const Figure& figure : figures) expect_sound(figure.svg, figure.name);
    const std::size_t expected = input.bundle_name.find("vm") == std::string::npos ? 4 : 3;
    EXPECT_EQ(figures.size(), expected) << input.bundle_name;
  }
}

TEST(Charts, RiskBarStaysOnItsScale) {
  const Words& words = shipped_templates().words;
  for (const auto& [index, upper] :
       std::vector<std::pair<double, double>>{{0, 0}, {0, 100}, {100, 100}, {64.5, 81}, {-5, 300}, {50, 40}})
    expect_sound(risk_bar_svg({.level = "<High>", .index = index, .index_upper = upper, .marks = {}}, words), "risk");
}

TEST(Charts, OddTopologiesAreDrawn) {
  const Words& words = shipped_templates().words;
  const std::vector<std::string> cases{
      R"({})",
      R"({"topology": {"numa_nodes": []}})",
      R"({"topology": {"numa_nodes": [{"id": 0}]}})",
      R"({"topology": {"numa_nodes": [{"id": 2, "cpus": "", "kind": "memory_only", "memory_total_bytes": 1}]}})",
      R"({"topology": {"numa_nodes": [{"id": 0, "cpus": "0-3"}], "packages": 7}, "workers": [{"key": "<k>|\u202e", "cpus_allowed": "2"}, {}]})",
      R"({"topology": {"numa_nodes": [{"id": 0, "cpus": "x"}]}, "gpus": [{"address": "</text><script>"}], "nics": [{}]})",
  };
  for (const std::string& facts : cases) {
    expect_sound(topology_svg(Json::parse(facts), words), facts);
    expect_sound(worker_memory_svg(Json::parse(facts), words), facts);
  }
  Json many = Json::parse(R"({"topology": {"numa_nodes": []}, "workers": [], "gpus": []})");
  for (int i = 0; i < 40; ++i) {
    many["topology"]["numa_nodes"].push_back({{"id", i}, {"cpus", std::to_string(i)}});
    many["gpus"].push_back({{"address", std::to_string(i)}, {"numa_node", 0}});
    many["workers"].push_back({{"key", std::to_string(i)}, {"bytes_by_node", {{"0", i}, {"1", 0}, {"x", "y"}}}});
  }
  expect_sound(topology_svg(many, words), "forty nodes");
  expect_sound(worker_memory_svg(many, words), "forty workers");
}

TEST(Charts, AnUnknownNodeIsDrawnAsSuch) {
  const std::string svg = topology_svg(two_socket().facts, shipped_templates().words);
  EXPECT_NE(svg.find("Node not known"), std::string::npos);
  EXPECT_NE(svg.find("stroke-dasharray"), std::string::npos);
}

TEST(Charts, TextIsShortenedInItsMiddle) {
  EXPECT_EQ(fit_text("short", 1000, 10), "short");
  EXPECT_EQ(fit_text("abcdefghijklmnopqrstuvwxyz", 62, 10), "abcd…vwxyz");
  EXPECT_EQ(fit_text("üüüüüüüüüüüüüüüüüüüü", 62, 10), "üüüü…üüüüü");
  EXPECT_EQ(fit_text("a\nb", 1000, 10), "a[U+000A]b");
}

}  // namespace
}  // namespace ihc::report
