#include "store/record.hpp"

#include <type_traits>

namespace phony::store {
namespace {

/// The bytes of an event's texts; those without any long ones have none.
struct TextSize {
    std::size_t operator()(const call::Transcript& event) const { return event.text.size(); }
    std::size_t operator()(const call::AssistantReply& event) const { return event.text.size(); }
    std::size_t operator()(const call::SpeechInterrupted& event) const
    {
        return event.heard.size();
    }
    std::size_t operator()(const call::CommandExecuted& event) const { return event.value.size(); }
    std::size_t operator()(const call::CommandRejected& event) const { return event.value.size(); }
    std::size_t operator()(const call::SupervisorOverride& event) const
    {
        return event.value.size();
    }
    template <typename Other>
    std::size_t operator()(const Other&) const
    {
        return 0;
    }
};

struct IsKept {
    bool operator()(const call::Transcript& event) const { return event.final; }
    bool operator()(const call::AssistantToken&) const { return false; }
    bool operator()(const call::ClarificationRequested&) const { return false; }
    template <typename Other>
    bool operator()(const Other&) const
    {
        return true;
    }
};

}  // namespace

bool is_kept(const call::Event& event)
{
    return std::visit(IsKept{}, event);
}

const std::string& call_sid_of(const Record& record)
{
    if (const auto* event = std::get_if<EventRecord>(&record)) return event->call_sid;
    if (const auto* memory = std::get_if<MemoryRecord>(&record)) return memory->call_sid;
    return std::get<AuditRecord>(record).audit.call_sid;
}

std::size_t weight_of(const Record& record)
{
    if (const auto* event = std::get_if<EventRecord>(&record))
        return sizeof(Record) + std::visit(TextSize{}, event->event);
    if (const auto* memory = std::get_if<MemoryRecord>(&record)) {
        const auto* line = std::get_if<call::RememberedLine>(&memory->what);
        return sizeof(Record) + (line != nullptr && line->text ? line->text->size() : 0);
    }
    return sizeof(Record) + std::get<AuditRecord>(record).audit.value.size();
}

}  // namespace phony::store
