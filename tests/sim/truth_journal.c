#include "daemon/store/store.h"
#include "truth.h"

int
journal_of_store(const char *file, char why[200])
{
	struct err err = {""};
	struct store *s = store_open_readonly(file, &err);
	int64_t rows;
	const int bad = !s || journal_verify(s, NULL, &rows, &err);

	store_close(s);
	err_english(err.text, why, 200);
	return bad ? -1 : 0;
}
