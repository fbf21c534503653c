#include "daemon/notify/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

static const struct kind kinds[] = {
	{"due", TEXT("a deadline is near"), KIND_BY_DEADLINE, 1},
	{"miss", TEXT("a deadline will be missed"), KIND_BY_DEADLINE, 1},
	{"login", TEXT("a login is needed"), KIND_URGENT, 0},
	{"stopped", TEXT("an account has stopped"), KIND_URGENT, 0},
	{"clock", TEXT("the clock is wrong"), KIND_URGENT, 0},
	{"key", TEXT("the key does not fit"), KIND_URGENT, 0},
	{"restored", TEXT("the store is an older one"), KIND_URGENT, 0},
	{"silence", TEXT("nothing comes in any more"), KIND_URGENT, 0},
	{"breaker", TEXT("automatic answers have stopped"), KIND_URGENT, 0},
	{"stream", TEXT("something cannot be read"), KIND_URGENT, 0},
	{"approve", TEXT("an approval is wanted soon"), KIND_URGENT, 1},
	{"expired", TEXT("something could not leave in time"), KIND_CAN_WAIT, 0},
	{"held", TEXT("something is held"), KIND_CAN_WAIT, 0},
	{"unsure", TEXT("something is in doubt"), KIND_CAN_WAIT, 0},
	{"grant", TEXT("an authorisation ends"), KIND_CAN_WAIT, 0},
	{"odd", TEXT("something was not understood"), KIND_CAN_WAIT, 0},
	{"quota", TEXT("a call quota is used up"), KIND_CAN_WAIT, 0},
	{"undecided", TEXT("something could not be decided"), KIND_CAN_WAIT, 0},
	{"loop", TEXT("a machine may be answering"), KIND_CAN_WAIT, 0},
	{"older", TEXT("older messages were taken in"), KIND_CAN_WAIT, 0},
	{"gap", TEXT("an outage is over"), KIND_CAN_WAIT, 0},
	{"fallback", TEXT("a fallback was used"), KIND_CAN_WAIT, 0},
	{"budget", TEXT("a call quota is short"), KIND_CAN_WAIT, 0},
	{"channel", TEXT("a channel for notices fails"), KIND_CAN_WAIT, 0},
	{"forecast", TEXT("deadlines will be missed with these quotas"), KIND_CAN_WAIT, 0},
	{"policy", TEXT("a platform's time is not its policy's"), KIND_CAN_WAIT, 0},
	{"other", TEXT("something needs you"), KIND_CAN_WAIT, 0},
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
