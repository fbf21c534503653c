/* guess_bench.c - what language and intent cost per message: guess_bench PHRASES_FOLDER */
#include <stdio.h>
#include <time.h>

#include "i18n/intent.h"
#include "i18n/language.h"

static const char *const texts[] = {
	"Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche auf meine Bestellung.",
	"Hi, has it been shipped yet? Tracking doesn't work.",
	"Bonjour, où est mon colis ?",
	"Todavía no ha llegado el paquete.",
	"Quando spedite? Ho ordinato la settimana scorsa e non ho ancora ricevuto nulla.",
	"你好，请问什么时候发货？",
};
static const char *const languages[] = {"de", "en", "fr", "es", "it", "zh-Hans"};
#define TEXTS (sizeof texts / sizeof *texts)

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	const int n = 20000;
	struct language_guess language;
	struct phrases *phrases;
	struct err err;
	double t[3];

	if (argc < 2 || !(phrases = phrases_load(argv[1], "", &err)))
		return fprintf(stderr, "guess_bench PHRASES_FOLDER\n"), 2;
	t[0] = seconds();
	for (int i = 0; i < n; i++)
		language_detect(texts[(size_t)i % TEXTS], "de", "Example kettle", &language);
	t[1] = seconds();
	for (int i = 0; i < n; i++) {
		struct intent intent = {.why = BUF_MAX(4096)};

		intent_classify(phrases, texts[(size_t)i % TEXTS], languages[(size_t)i % TEXTS], &intent);
		buf_free(&intent.why);
	}
	t[2] = seconds();
	printf("us CPU per message: language %.1f, intent %.1f\n", (t[1] - t[0]) / n * 1e6,
	       (t[2] - t[1]) / n * 1e6);
	phrases_free(phrases);
	return 0;
}
