#include <phony/async/log_exception.hpp>

#include "log/log.hpp"

#include <boost/asio/multiple_exceptions.hpp>

#include <utility>

namespace phony::async {

std::string describe(const std::exception_ptr& thrown)
{
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::asio::multiple_exceptions& several) {
        return describe(several.first_exception());
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "an exception of an unknown type";
    }
}

std::function<void(std::exception_ptr)> log_exceptions_of(std::string who)
{
    return [who = std::move(who)](const std::exception_ptr& thrown) {
        log::error("an exception escaped", {{"who", who}, {"what", describe(thrown)}});
    };
}

}  // namespace phony::async
