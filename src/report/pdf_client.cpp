#include "report/pdf_client.h"

#include <system_error>
#include <utility>

#include "base/subprocess.h"
#include "base/text.h"

namespace ihc::report {

namespace {

namespace fs = std::filesystem;

ErrorCode code_of(int exit_code) {
  switch (static_cast<PdfExit>(exit_code)) {
    case PdfExit::bad_request:
      return ErrorCode::malformed;
    case PdfExit::too_large:
      return ErrorCode::too_large;
    case PdfExit::timed_out:
      return ErrorCode::timed_out;
    case PdfExit::not_confined:
      return ErrorCode::unsupported;
    case PdfExit::done:
    case PdfExit::usage:
    case PdfExit::render_failed:
    case PdfExit::internal:
      return ErrorCode::io;
  }
  return ErrorCode::io;
}

// ihc-pdf ends with one sentence; notes may stand before it. It may begin with the program's own name.
std::string last_sentence(std::string_view stderr_bytes) {
  std::string sentence;
  for (const std::string_view line : split_lines(stderr_bytes)) {
    const std::string_view text = trim(line);
    if (!text.empty() && !text.starts_with("note:")) sentence = to_valid_utf8(text);
  }
  constexpr std::string_view kPrefix = "ihc-pdf: ";
  return sentence.starts_with(kPrefix) ? sentence.substr(kPrefix.size()) : sentence;
}

Result<std::string> failure_of(const SubprocessOutcome& outcome, const std::string& where) {
  const std::string hint = "the other formats do not need it: --format md,html";
  switch (outcome.status) {
    case SubprocessStatus::tool_missing:
      return fail(ErrorCode::not_found, "it is not there", where, hint);
    case SubprocessStatus::permission:
      return fail(ErrorCode::permission, "it may not be run", where, hint);
    case SubprocessStatus::timed_out:
      return fail(ErrorCode::timed_out, "no PDF within the time limit", where, hint);
    case SubprocessStatus::signalled:
      return fail(ErrorCode::io, "it was ended by signal " + std::to_string(outcome.exit_code), where, hint);
    case SubprocessStatus::failed:
      return fail(ErrorCode::io, outcome.error, where, hint);
    case SubprocessStatus::exited:
      break;
  }
  const std::string sentence = last_sentence(outcome.stderr_bytes);
  const std::string what = sentence.empty() ? "it ended with exit code " + std::to_string(outcome.exit_code) : sentence;
  return fail(code_of(outcome.exit_code), what, where, hint);
}

}  // namespace

Result<fs::path> find_pdf_program() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  const fs::path program = self.parent_path() / "ihc-pdf";
  if (!error && fs::is_regular_file(program, error)) return program;
  return fail(
      ErrorCode::not_found, "there is no such program beside this one, so no PDF can be made", program.string(),
      "run `ihc report` on the same bundle where Inference Health Check is fully installed, or print report.html");
}

Result<std::string> print_pdf(const PdfRequest& request, const fs::path& program) {
  SubprocessOptions options;
  options.argv = {program.string()};
  options.stdin_bytes = encode_pdf_request(request);
  options.timeout = limits::kPdfTimeout;
  options.max_stdout_bytes = limits::kMaxPdfBytes;
  SubprocessOutcome outcome = run_subprocess(std::move(options));
  const bool done = outcome.status == SubprocessStatus::exited && outcome.exit_code == 0;
  if (!done) return failure_of(outcome, program.string());
  if (outcome.stdout_cut || !outcome.stdout_bytes.starts_with("%PDF-"))
    return fail(ErrorCode::malformed, "what it returned is not a whole PDF", program.string());
  return std::move(outcome.stdout_bytes);
}

}  // namespace ihc::report
