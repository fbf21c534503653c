/* truth_verify.c - the store as the daemon's own code judges it: `verify`, and every action's state against its facts. */
#include "daemon/store/store.h"
#include "truth.h"

int
store_is_sound(const char *file, char why[200])
{
	struct err err = {""};
	struct store *s = store_open_readonly(file, &err);
	struct verified v;
	int bad = 1;

	if (s) {
		store_begin(s);
		bad = store_verify(s, NULL, &v, &err) || outbox_check(s, &err);
		store_close(s);
	}
	err_english(err.text, why, 200);
	return !bad;
}
