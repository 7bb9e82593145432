// Whether a facts document is valid against the schema that the program prints.
#pragma once

#include <string>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "facts/document.h"

namespace ihc::test {

/// What the schema of facts says against a document, a line each; "" when it is valid.
inline std::string problems_of(const Json& document) {
  valijson::Schema schema;
  valijson::SchemaParser parser;
  const Json schema_json = facts_schema();
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results);
  std::string text;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context) text += part;
    text += ": " + error.description + "\n";
  }
  return text;
}

}  // namespace ihc::test
