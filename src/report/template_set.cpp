#include "report/template_set.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/json_read.h"
#include "base/limits.h"
#include "report/comparison/model.h"
#include "report/model/model.h"
#include "report/page.h"
#include "report/template_check.h"

namespace ihc::report {

namespace {

const Resource* resource_at(const std::vector<Resource>& resources, std::string_view path) {
  const auto found =
      std::find_if(resources.begin(), resources.end(), [path](const Resource& each) { return each.path == path; });
  return found == resources.end() ? nullptr : &*found;
}

Diagnostic missing_file(const std::string& name, const std::string& named_in) {
  return {.code = "missing-template",
          .file = named_in,
          .message = "it names \"" + name + "\", and there is no such file among the templates",
          .hint = "add the file or correct the name"};
}

std::vector<View> read_views(const Json& document, const std::string& origin, LoadedTemplates& loaded) {
  std::vector<View> views;
  for (const Json& row : list_at(document, "views")) {
    View view{string_at(row, "id"), string_at(row, "title"), string_at(row, "template")};
    if (view.id.empty() || view.title.empty() || loaded.set.find(view.template_name) == nullptr) {
      loaded.diagnostics.push_back(missing_file(view.template_name, origin));
      continue;
    }
    views.push_back(std::move(view));
  }
  return views;
}

void read_selections(const Json& document, const std::string& origin, LoadedTemplates& loaded) {
  TemplateSet& set = loaded.set;
  const Json& selections = at(document, "selections");
  if (!selections.is_object()) return;
  for (const auto& [name, ids] : selections.items()) {
    for (const Json& id : ids) {
      const std::string text = id.is_string() ? id.get<std::string>() : "";
      if (set.view(text) != nullptr) {
        set.selections[name].push_back(text);
      } else {
        loaded.diagnostics.push_back({.code = "unknown-view",
                                      .file = origin,
                                      .message = "selection \"" + name + "\" names the unknown view \"" + text + "\"",
                                      .hint = "name the id of one of \"views\""});
      }
    }
  }
}

// A client's own templates may leave the comparison out.
void read_comparison(const Json& document, const std::string& origin, LoadedTemplates& loaded) {
  const Json& own = at(document, "comparison");
  if (!own.is_object()) return;
  ComparisonTemplates& comparison = loaded.set.comparison;
  comparison.title = string_at(own, "title");
  comparison.front = string_at(own, "front");
  comparison.claim = string_at(own, "claim");
  comparison.verdict = string_at(own, "verdict");
  for (const std::string& name : {comparison.front, comparison.claim, comparison.verdict}) {
    if (loaded.set.find(name) == nullptr) loaded.diagnostics.push_back(missing_file(name, origin));
  }
  comparison.views = read_views(own, origin, loaded);
}

void read_index(const std::vector<Resource>& resources, LoadedTemplates& loaded) {
  const Resource* index = resource_at(resources, "views.json");
  if (index == nullptr) {
    loaded.diagnostics.push_back(missing_file("views.json", "templates"));
    return;
  }
  auto document = parse_json(index->bytes, index->origin);
  if (!document) {
    loaded.diagnostics.push_back({.code = "bad-views",
                                  .file = index->origin,
                                  .message = to_string(document.error()),
                                  .hint = "correct the JSON"});
    return;
  }
  loaded.set.title = string_at(*document, "title");
  loaded.set.language = text_at(*document, "language").value_or("en");
  loaded.set.front = string_at(*document, "front");
  loaded.set.views = read_views(*document, index->origin, loaded);
  read_selections(*document, index->origin, loaded);
  read_comparison(*document, index->origin, loaded);
  if (loaded.set.find(loaded.set.front) == nullptr)
    loaded.diagnostics.push_back(missing_file(loaded.set.front, index->origin));
  if (loaded.set.selections.count("full") == 0) {
    loaded.diagnostics.push_back({.code = "missing-selection",
                                  .file = index->origin,
                                  .message = "there is no selection \"full\"",
                                  .hint = "list the views of a whole report under selections.full"});
  }
}

void add_templates(const std::vector<Resource>& resources, LoadedTemplates& loaded) {
  for (const Resource& resource : resources) {
    if (resource.bytes.size() > limits::kMaxTemplateBytes) {
      loaded.diagnostics.push_back({.code = "too-large",
                                    .file = resource.origin,
                                    .message = "the template passes the limit of 1 MiB",
                                    .hint = "split it"});
      continue;
    }
    loaded.set.templates[resource.path] = {resource.path, resource.origin, resource.bytes};
  }
  for (const char* name : {"theme/page.html", "theme/style.css"}) {
    if (loaded.set.find(name) == nullptr) loaded.diagnostics.push_back(missing_file(name, "templates"));
  }
}

void check_all(LoadedTemplates& loaded) {
  const TemplateSet& set = loaded.set;
  const auto check = [&](const std::string& name, const TypeInfo& model, TemplateKind kind) {
    const Template* found = set.find(name);
    if (found == nullptr) return;
    auto wrong = check_template(*found, set.templates, model, kind);
    loaded.diagnostics.insert(loaded.diagnostics.end(), std::make_move_iterator(wrong.begin()),
                              std::make_move_iterator(wrong.end()));
  };
  const auto check_views = [&](const std::string& front, const std::vector<View>& views, const TypeInfo& model) {
    std::set<std::string> entries{front};
    for (const View& view : views) entries.insert(view.template_name);
    for (const std::string& name : entries) check(name, model, TemplateKind::markdown);
  };
  check_views(set.front, set.views, type_of<Model>());
  check_views(set.comparison.front, set.comparison.views, type_of<ComparisonModel>());
  check(set.comparison.claim, type_of<Claim>(), TemplateKind::plain);
  check(set.comparison.verdict, type_of<VerdictView>(), TemplateKind::plain);
  check("theme/page.html", type_of<Page>(), TemplateKind::html);
}

}  // namespace

const View* TemplateSet::view(std::string_view id) const {
  const auto found = std::find_if(views.begin(), views.end(), [id](const View& each) { return each.id == id; });
  return found == views.end() ? nullptr : &*found;
}

const Template* TemplateSet::find(std::string_view name) const {
  const auto found = templates.find(std::string(name));
  return found == templates.end() ? nullptr : &found->second;
}

LoadedTemplates load_templates(const std::vector<Resource>& resources) {
  LoadedTemplates loaded;
  add_templates(resources, loaded);
  read_index(resources, loaded);
  loaded.set.words = load_words(resources, loaded.set.language, loaded.diagnostics);
  check_all(loaded);
  return loaded;
}

}  // namespace ihc::report
