#pragma once

#include <phony/base/errc.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>

#include <string>

namespace phony {

/// Why something that input can cause did not work: a code, and one clause for a person
/// ("callSid is missing"). The clause never contains what the outsider sent.
struct Error {
    boost::system::error_code code;
    std::string detail;

    Error(boost::system::error_code error, std::string why = {})
        : code{error}, detail{std::move(why)}
    {
    }
    Error(errc error, std::string why = {}) : Error{make_error_code(error), std::move(why)} {}

    friend bool operator==(const Error&, const Error&) = default;
};

/// A value, or an Error. Failures that input can cause are values; an exception is a bug.
template <typename T>
using Result = boost::system::result<T, Error>;

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&)
{
    throw boost::system::system_error{error.code, error.detail};
}

}  // namespace phony
