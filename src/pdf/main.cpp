// ihc-pdf: HTML on standard input, PDF on standard output; pdf/protocol.h says how. It runs as two processes: one that
// watches, and one that is confined before it reads its input.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/version.h"
#include "pdf/confine.h"
#include "pdf/document.h"
#include "pdf/protocol.h"
#include "pdf/supervisor.h"

namespace ihc {
namespace {

constexpr const char* kHelp =
    "usage: ihc-pdf [--timeout SECONDS] < REQUEST > PDF\n"
    "Turns the HTML of a report into a PDF, for `ihc report`: a confined process without network, scripts or other "
    "files.\n"
    "REQUEST is the line \"ihc-pdf-request/1\", a line of JSON, and the HTML.\n";

int code(PdfExit exit) { return static_cast<int>(exit); }

PdfExit exit_for(ErrorCode error) {
  switch (error) {
    case ErrorCode::malformed:
      return PdfExit::bad_request;
    case ErrorCode::too_large:
      return PdfExit::too_large;
    case ErrorCode::timed_out:
      return PdfExit::timed_out;
    case ErrorCode::unsupported:
      return PdfExit::not_confined;
    case ErrorCode::usage:
      return PdfExit::usage;
    case ErrorCode::io:
      return PdfExit::render_failed;
    case ErrorCode::not_found:
    case ErrorCode::permission:
    case ErrorCode::corrupt:
      return PdfExit::internal;
  }
  return PdfExit::internal;
}

/// Standard error of the confined half: ours alone. WebKit, Qt and libc get /dev/null, so that a failure is one
/// sentence.
int keep_stderr_for_us() {
  const int ours = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) {
    dup2(null, STDERR_FILENO);
    close(null);
  }
  return ours;
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<std::string> read_request() {
  constexpr std::size_t kMaxBytes = limits::kMaxHtmlBytes + kMaxPdfHeaderBytes + kPdfRequestMagic.size() + 1;
  std::string bytes;
  char buffer[64 * limits::kKiB];
  while (true) {
    const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(error_from_errno(errno, "the request on standard input"));
    if (size == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(size));
    if (bytes.size() > kMaxBytes)
      return fail(ErrorCode::too_large, "it passes the limit on HTML", "the request on standard input");
  }
}

Result<MadePdf> answer() {
  const auto bytes = read_request();
  if (!bytes) return fail(bytes.error());
  const auto request = decode_pdf_request(*bytes);
  if (!request) return fail(request.error());
  return make_pdf(*request);
}

int run_confined(const std::string& private_dir) {
  const int complaints = keep_stderr_for_us();
  const auto confined = confine(private_dir);
  const auto made = confined ? answer() : Result<MadePdf>(fail(confined.error()));
  if (!made) {
    write_all(complaints, "ihc-pdf: " + to_string(made.error()) + "\n");
    return code(exit_for(made.error().code));
  }
  for (const std::string& note : made->notes) write_all(complaints, "note: " + note + "\n");
  if (!write_all(STDOUT_FILENO, made->bytes)) {
    write_all(complaints,
              std::string("ihc-pdf: the pdf can't be written to standard output: ") + std::strerror(errno) + "\n");
    return code(PdfExit::internal);
  }
  return code(PdfExit::done);
}

int refuse_arguments() {
  std::fputs("ihc-pdf: unknown arguments; see ihc-pdf --help\n", stderr);
  return code(PdfExit::usage);
}

int run(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (argc == 1) return supervise(limits::kPdfTimeout);
  if (argc == 3 && first == kConfinedArgument) return run_confined(argv[2]);
  if (argc == 2 && first == "--help")
    return std::fputs(kHelp, stdout) < 0 ? code(PdfExit::internal) : code(PdfExit::done);
  if (argc == 2 && first == "--version")
    return std::printf("ihc-pdf %s\n", kVersion) < 0 ? code(PdfExit::internal) : code(PdfExit::done);
  if (argc != 3 || first != "--timeout") return refuse_arguments();
  const auto seconds = parse_number<std::uint16_t>(argv[2]);
  if (!seconds || *seconds == 0 || std::chrono::seconds(*seconds) > limits::kPdfTimeout) return refuse_arguments();
  return supervise(std::chrono::seconds(*seconds));
}

}  // namespace
}  // namespace ihc

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  try {
    return ihc::run(argc, argv);
  } catch (const std::exception&) {
    std::fputs("ihc-pdf: out of memory, or an internal error\n", stderr);
    return static_cast<int>(ihc::PdfExit::internal);
  }
}
