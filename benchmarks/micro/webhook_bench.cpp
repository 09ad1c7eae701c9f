// What a call costs before its socket is open: Twilio's form is read, its signature checked, and
// TwiML written; then the signature of the socket's handshake. Each once a call.
//
//     phony_benchmarks --benchmark_filter='form|signature|twiml'

#include "meter.hpp"
#include "samples.hpp"
#include <phony/base/form.hpp>
#include <phony/twilio/signature.hpp>
#include <phony/twilio/twiml.hpp>

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

namespace {

using namespace phony;
using micro::Meter;
using micro::works;
using twilio::SignatureValidator;
using twilio::TwimlProfile;

// An incoming call's, with the fields that Twilio sends.
constexpr std::string_view body =
    "AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=2010-04-01"
    "&CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=ringing"
    "&CallToken=%7B%22parentCallInfoToken%22%3A%22eyJhbGciOiJFUzI1NiJ9.eyJjYWxsU2lkIjoiQ0EwIn0"
    "%22%2C%22identityHeaderTokens%22%3A%5B%5D%7D&Called=%2B18578167225&CalledCity=BOSTON"
    "&CalledCountry=US&CalledState=MA&CalledZip=02108&Caller=%2B15551234567&CallerCity=NEW%20YORK"
    "&CallerCountry=US&CallerState=NY&CallerZip=10001&Direction=inbound&From=%2B15551234567"
    "&FromCity=NEW%20YORK&FromCountry=US&FromState=NY&FromZip=10001&StirVerstat=TN-Validation-"
    "Passed-A&To=%2B18578167225&ToCity=BOSTON&ToCountry=US&ToState=MA&ToZip=02108";
const std::string token = "0123456789abcdef0123456789abcdef";
const std::string public_url = "https://phone.example.com";

void form(benchmark::State& state)
{
    if (!works(state, parse_form(body).has_value())) return;
    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(parse_form(body));
    meter.report({.bytes = body.size()});
}
BENCHMARK(form);

void signature_of_webhook(benchmark::State& state)
{
    const SignatureValidator validator{{token}, public_url};
    const auto fields = parse_form(body);
    if (!works(state, fields.has_value())) return;
    const std::string signature =
        twilio::sign_form_post(token, public_url + "/receive_call", *fields);
    if (!works(state, validator.form_post("/receive_call", *fields, signature))) return;

    Meter meter{state};
    for (auto _ : state)
        benchmark::DoNotOptimize(validator.form_post("/receive_call", *fields, signature));
    meter.report({.bytes = body.size()});
}
BENCHMARK(signature_of_webhook);

/// One that is wrong is tried in every form that Twilio may have signed: it must not cost much
/// more.
void signature_of_upgrade(benchmark::State& state, bool right)
{
    const SignatureValidator validator{{token}, public_url};
    const std::string signature =
        twilio::sign(right ? token : "guessed", "wss://phone.example.com/relay/ws");
    if (!works(state, validator.upgrade("/relay/ws", signature) == right)) return;

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(validator.upgrade("/relay/ws", signature));
    meter.report({});
}
BENCHMARK_CAPTURE(signature_of_upgrade, right, true);
BENCHMARK_CAPTURE(signature_of_upgrade, wrong, false);

void twiml_connect(benchmark::State& state, TwimlProfile profile)
{
    twilio::RelayOptions options;
    options.profile = profile;
    options.public_url = public_url;
    options.welcome_greeting = "Hello! How can I help you?";
    options.attributes = {
        {"language", "en-GB"}, {"ttsProvider", "Google"}, {"voice", "en-GB-Journey-F"}};
    const std::string document = twilio::connect(options, micro::call_sid);
    if (!works(state, document.find(micro::call_sid) != std::string::npos)) return;

    Meter meter{state};
    for (auto _ : state) benchmark::DoNotOptimize(twilio::connect(options, micro::call_sid));
    meter.report({.bytes = document.size()});
}
BENCHMARK_CAPTURE(twiml_connect, twilio, TwimlProfile::twilio);
BENCHMARK_CAPTURE(twiml_connect, reference, TwimlProfile::reference);

}  // namespace
