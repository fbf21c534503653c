/* images.h - small pictures made in code, so that no binary file lies about. */
#ifndef MARKET_IMAGES_H
#define MARKET_IMAGES_H

#include "base/buf.h"

/* A grey mosaic that depends on the name: PNG when it ends in .png, else JPEG.  Returns the media type. */
const char *image_make(struct buf *, const char *name);

#endif
