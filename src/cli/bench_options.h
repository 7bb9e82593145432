// The options that describe a load: of `ihc bench`, and of `ihc collect --bench-url`.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "bench/load/settings.h"

namespace ihc {

inline constexpr const char* kApiKeyVariable = "IHC_API_KEY";

/// As typed. A key itself is never an argument: everyone on the machine can read those.
struct BenchArguments {
  std::string url;
  std::string api = "chat";
  bool no_stream = false;
  std::string arrival;
  std::string duration;
  std::string timeout = "600s";
  std::string prompts;
  std::string slo;
  std::string api_key_file;
  std::string ignore_eos = "auto";
  std::string client_cpus;
  bool calibrate = false;
  bench::LoadSettings settings;
};

/// All but the URL; `arguments` outlives the parsing.
void add_load_options(CLI::App& app, BenchArguments& arguments);

/// The load that was asked for. Fails (usage) on what contradicts itself, and as the files that are named.
/// `url_option` names the option that has the URL; an empty URL is left for calibration alone.
Result<bench::LoadSettings> take_load(const BenchArguments& arguments, std::string_view url_option);

}  // namespace ihc
