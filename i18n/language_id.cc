#include <cstdio> // the CLD2 header uses FILE without including it

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include "language_id.h"

extern "C" const char *
language_id(const char *text, int len, const char *hints, int best_effort, int *reliable, int *percent)
{
	CLD2::CLDHints hint = {hints, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
	CLD2::Language top[3], language;
	int percents[3], text_bytes, valid;
	double scores[3];
	bool is_reliable;

	language = CLD2::ExtDetectLanguageSummaryCheckUTF8(
		text, len, true, &hint, best_effort ? CLD2::kCLDFlagBestEffort : 0, top, percents, scores,
		nullptr, &text_bytes, &is_reliable, &valid);
	*reliable = is_reliable;
	*percent = percents[0];
	return CLD2::LanguageCode(language);
}
