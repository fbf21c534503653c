#ifndef SAMPLE_H
#define SAMPLE_H

#include "connector.h"

extern const struct connector sample;

#endif
