// Asking metrics endpoints while other things go on. The network is spoken to by a process of its own, because
//   - the window's loop may sit in a slow file read for seconds: an answer's time, and its deadline, must not depend on
//   it;
//   - what parses a stranger's HTTP and TLS should hold no evidence and no rights (it becomes nobody when it was root);
//   - whatever hangs in it is left behind with it.
// Names are resolved before (collect/scrapes.h): nothing in that process can block.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "collect/scrape_message.h"

namespace ihc {

class Scraper {
 public:
  /// Forks the scraping process. `token` empty: none is sent. Fails (io) when there can be no process.
  static Result<std::unique_ptr<Scraper>> start(std::vector<ScrapeTarget> targets, const std::string& token);
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;
  ~Scraper();

  /// Has one target asked; nothing happens while it has not answered the last time.
  void ask(std::size_t target);
  /// Hands over what has come. Never waits. A process that is gone answers for all that are waited for.
  void take(const std::function<void(ScrapeReply&&)>& take);
  /// Waits until all have answered, for little longer than a scrape may take; who has not by then is `late`.
  void take_all(const std::function<void(ScrapeReply&&)>& take);
  /// Ends the process and waits for it, so that its CPU time counts among this process's children.
  void stop();

 private:
  explicit Scraper(std::vector<ScrapeTarget> targets)
      : targets_(std::move(targets)), is_waited_for_(targets_.size(), false) {}
  bool waits() const;
  bool receive();
  bool deliver_whole_replies(const std::function<void(ScrapeReply&&)>& take);
  void give_up(const std::function<void(ScrapeReply&&)>& take, ScrapeOutcome outcome, const std::string& said);

  std::vector<ScrapeTarget> targets_;
  std::vector<bool> is_waited_for_;
  FileDescriptor socket_;
  pid_t pid_ = -1;
  std::string inbox_;
};

}  // namespace ihc
