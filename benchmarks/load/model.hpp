#pragma once

#include "load/completion_text.hpp"
#include "load/descriptor.hpp"
#include "load/event_loop.hpp"
#include "load/workload.hpp"
#include "simulator/random.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace phony::bench {

/// A sample of the turn whose prompt was due at that moment.
struct ModelSample {
    std::int64_t prompt_due = 0;  ///< ns of the common clock
    float microseconds = 0;
};

/// What the model has seen. A turn whose prompt does not tell its moment is not among the samples.
struct ModelAccount {
    std::vector<ModelSample> requests;  ///< prompt due → request read
    std::vector<ModelSample> lateness;  ///< token, or all of them at once, due → written
    std::uint64_t requests_in_all = 0;
};

/// An OpenAI that answers each request with tokens at their time. A reply is a schedule which
/// begins when the request was read and is kept whatever happens: a token that cannot be written in
/// time is late, and those behind it are not.
class Model : public Watcher {
public:
    /// `listener` has been made by listen_on_loopback(). All references must outlive this.
    Model(EventLoop& loop, Descriptor listener, const Workload& workload);
    ~Model() override;
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    const ModelAccount& account() const { return account_; }

private:
    class Client;
    friend Client;

    void ready(std::uint32_t events) override;
    void forget(Client& client);
    CompletionText& text_for(std::string_view body);

    EventLoop& loop_;
    Descriptor listener_;
    const Workload& workload_;
    simulator::Random random_;
    std::array<CompletionText, 4> texts_;
    std::vector<char> buffer_;
    std::unordered_map<Client*, std::unique_ptr<Client>> clients_;
    ModelAccount account_;
};

/// On a free port, which is put into `port`. Throws std::system_error.
Descriptor listen_on_loopback(std::uint16_t& port);

}  // namespace phony::bench
