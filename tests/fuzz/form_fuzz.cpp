#include <phony/base/form.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace phony;

/// What was read can be written and read again without a change.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto form = parse_form({reinterpret_cast<const char*>(data), size});
    if (!form) return 0;
    if (form->all().size() > most_form_fields) std::abort();
    const auto again = parse_form(encode_form(*form));
    if (!again || !std::ranges::equal(form->all(), again->all())) std::abort();
    return 0;
}
