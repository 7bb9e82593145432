// What tells the texts about systemd units from others.
#pragma once

#include <string_view>

#include "collect/foreign_text.h"

namespace ihc {

/// Texts without what a mail or a terminal put around them:
/// systemctl show,
bool looks_shown(std::string_view text);
/// a unit file or systemctl cat,
bool looks_like_unit_file(std::string_view text);
/// systemctl status.
bool looks_like_status(std::string_view text);

/// Output of systemctl show, status or list-units.
Likeness systemd_likeness(std::string_view given);
/// A unit file, or the output of systemctl cat.
Likeness unit_likeness(std::string_view given);

}  // namespace ihc
