#pragma once

#include "store/sqlite.hpp"
#include <phony/api/call_state.hpp>
#include <phony/api/history_query.hpp>
#include <phony/api/past_call.hpp>

#include <optional>
#include <string>
#include <vector>

/// What is asked of the history. Each throws SqliteError.
namespace phony::store {

struct PastCall {
    api::CallState state;  ///< with its whole transcript
    api::CallDetails details;
};

/// The newest call of this name, or nothing. One that is on the line is found as well: what was
/// committed of it.
std::optional<PastCall> find_call(Database& database, const std::string& call_sid);

struct Page {
    std::vector<api::CallState> calls;       ///< that have ended, newest first, without transcripts
    std::optional<api::HistoryCursor> next;  ///< nothing: this was the last page
};

Page search(Database& database, const api::HistoryQuery& query);

}  // namespace phony::store
