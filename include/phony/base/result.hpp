#pragma once

#include <phony/base/errc.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>

#include <string>
#include <utility>

namespace phony {

/// Why something that input can cause did not work: a code, and one clause for a person
/// ("callSid is missing"). The clause never contains what the outsider sent.
struct Error {
    boost::system::error_code code;
    std::string detail;
    std::string field;      ///< the field of the request that is at fault, if it is a single one
    long foreign_code = 0;  ///< what another server calls it by number; 0: it does not

    Error() = default;  ///< what `Result::error()` of a success is
    Error(boost::system::error_code error, std::string why = {}, std::string where = {})
        : code{error}, detail{std::move(why)}, field{std::move(where)}
    {
    }
    Error(errc error, std::string why = {}, std::string where = {})
        : Error{make_error_code(error), std::move(why), std::move(where)}
    {
    }

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
