#include "daemon/notify/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

static const struct kind kinds[] = {
	{"due", KIND_BY_DEADLINE, TEXT("a deadline is near"), 1},
	{"miss", KIND_BY_DEADLINE, TEXT("a deadline will be missed"), 1},
	{"login", KIND_URGENT, TEXT("a login is needed"), 0},
	{"stopped", KIND_URGENT, TEXT("an account has stopped"), 0},
	{"clock", KIND_URGENT, TEXT("the clock is wrong"), 0},
	{"key", KIND_URGENT, TEXT("the key does not fit"), 0},
	{"restored", KIND_URGENT, TEXT("the store is an older one"), 0},
	{"silence", KIND_URGENT, TEXT("nothing comes in any more"), 0},
	{"breaker", KIND_URGENT, TEXT("automatic answers have stopped"), 0},
	{"stream", KIND_URGENT, TEXT("something cannot be read"), 0},
	{"approve", KIND_URGENT, TEXT("an approval is wanted soon"), 1},
	{"expired", KIND_CAN_WAIT, TEXT("something could not leave in time"), 0},
	{"held", KIND_CAN_WAIT, TEXT("something is held"), 0},
	{"unsure", KIND_CAN_WAIT, TEXT("something is in doubt"), 0},
	{"grant", KIND_CAN_WAIT, TEXT("an authorisation ends"), 0},
	{"odd", KIND_CAN_WAIT, TEXT("something was not understood"), 0},
	{"quota", KIND_CAN_WAIT, TEXT("a call quota is used up"), 0},
	{"undecided", KIND_CAN_WAIT, TEXT("something could not be decided"), 0},
	{"loop", KIND_CAN_WAIT, TEXT("a machine may be answering"), 0},
	{"older", KIND_CAN_WAIT, TEXT("older messages were taken in"), 0},
	{"gap", KIND_CAN_WAIT, TEXT("an outage is over"), 0},
	{"fallback", KIND_CAN_WAIT, TEXT("a fallback was used"), 0},
	{"budget", KIND_CAN_WAIT, TEXT("a call quota is short"), 0},
	{"channel", KIND_CAN_WAIT, TEXT("a channel for notices fails"), 0},
	{"policy", KIND_CAN_WAIT, TEXT("a platform's time is not its policy's"), 0},
	{"other", KIND_CAN_WAIT, TEXT("something needs you"), 0},
};
enum { COUNT = sizeof kinds / sizeof *kinds };

const struct kind *
kind_of(const char *cause)
{
	const size_t n = strcspn(cause, "/");

	for (int i = 0; i < COUNT; i++)
		if (strlen(kinds[i].name) == n && !strncmp(kinds[i].name, cause, n))
			return &kinds[i];
	return &kinds[COUNT - 1];
}

int64_t
urgent_from(const char *cause, int64_t at)
{
	const struct kind *k = kind_of(cause);
	const char *until = strrchr(cause, '@');
	int64_t from = at;

	if (k->severity == KIND_CAN_WAIT)
		return INT64_MAX;
	if (k->severity == KIND_BY_DEADLINE && until && until[1] >= '0' && until[1] <= '9')
		from = strtoll(until + 1, NULL, 10) - URGENT_BEFORE;
	return from > at ? from : at;
}
