/* zones.h - the time zones of a country. */
#ifndef I18N_ZONES_H
#define I18N_ZONES_H

#define ZONES_MAX 48 /* Russia and the United States have fewer than thirty */
#define ZONE_NAME 48

struct zones {
	int n;
	char name[ZONES_MAX][ZONE_NAME];
};

/* Those of a country ("US") which this system knows.  How many; 0 also for what is no country. */
int zones_of(const char *country, struct zones *);

#endif
