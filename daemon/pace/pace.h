/* pace.h - so many calls, shared so that news is found as early as possible.
 *
 * News of a stream that is asked for x times an hour waits 1/(2x) on average.  With w = how much comes an hour times how urgent it is, the sum of
 * w/(2x) is least, for a given sum of the x, where x is as √w: all have the same price, x = √(w/price), between its bounds.
 */
#ifndef PACE_H
#define PACE_H

struct pace {
	double weight;      /* arrival rate × urgency */
	double least, most; /* calls an hour; least <= most */
	int quota;          /* of which quotas[] it takes, -1: of none */
};

/* At a price. */
double pace_calls(const struct pace *, double price);
/* The lowest price at which all of them together take no more calls than that; 0: they never do.  (INFINITY: at any price they do.)
 * only: those of one quota, -1: all, each at no less than what its own quota costs (prices[], NULL: nothing). */
double pace_price(const struct pace *, int n, double calls, int only, const double *prices);

#endif
