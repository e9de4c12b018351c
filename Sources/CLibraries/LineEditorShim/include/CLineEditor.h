// The line-editing library behind the shell, loaded when the shell opens.
//
// This header and line_editor.c are the only files that know GNU readline. Nothing here is called
// by one-shot commands.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Keys whose meaning the shell decides.
typedef enum {
  LE_KEY_EDITED,
  LE_KEY_ENTER,
  LE_KEY_TAB,
  LE_KEY_BACKTAB,
  LE_KEY_UP,
  LE_KEY_DOWN,
  LE_KEY_REDRAW,
  LE_KEY_END_OF_INPUT,
} le_key;

// Loads the library; false where there is none. Nothing else may be called then.
bool le_load(void);

// Puts the terminal into the mode for editing, with an empty line.
void le_begin(void);
// Gives the terminal back.
void le_end(void);
// The same in the middle of a line, after the process was stopped and continued.
void le_suspend(void);
void le_resume(void);
// Takes one key from standard input.
le_key le_read_key(void);

// The line; valid until the next call.
const char *le_text(void);
int le_point(void);
// What the library shows in place of the prompt (a search), or NULL.
const char *le_message(void);
// Replaces bytes from..<to, as one step of undo; the cursor stands behind the new text.
void le_replace(int from, int to, const char *text);
void le_set_point(int point);

void le_add_history(const char *line);
