#include "CLineEditor.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef int command(int, int);
typedef struct { char type; command *function; } keymap_entry;

// What is used of the library, by its documented names.
static struct {
  void (*callback_handler_install)(const char *, void (*)(char *));
  void (*callback_handler_remove)(void);
  void (*callback_read_char)(void);
  void (*callback_sigcleanup)(void);
  int (*initialize)(void);
  int (*bind_key_in_map)(int, command *, keymap_entry *);
  int (*bind_keyseq_in_map)(const char *, command *, keymap_entry *);
  command *(*function_of_keyseq)(const char *, keymap_entry *, int *);
  int (*insert_text)(const char *);
  int (*delete_text)(int, int);
  int (*begin_undo_group)(void);
  int (*end_undo_group)(void);
  void (*free_line_state)(void);
  void (*prep_terminal)(int);
  void (*deprep_terminal)(void);
  void (*add_history)(const char *);
  void (*stifle_history)(int);
  command *newline, *complete, *get_previous_history, *get_next_history, *clear_screen;
  command *do_lowercase_version;
  char **line_buffer;
  char **display_prompt;
  int *point;
  int *end;
  int *catch_signals, *catch_sigwinch, *change_environment;
  const char **readline_name;
  void (**redisplay_function)(void);
  keymap_entry *emacs_map, *vi_insertion_map, *vi_movement_map;
} rl;

static le_key pressed = LE_KEY_EDITED;

static void draw_nothing(void) {}
static int enter(int count, int key) { pressed = LE_KEY_ENTER; return 0; }
static int tab(int count, int key) { pressed = LE_KEY_TAB; return 0; }
static int backtab(int count, int key) { pressed = LE_KEY_BACKTAB; return 0; }
static int up(int count, int key) { pressed = LE_KEY_UP; return 0; }
static int down(int count, int key) { pressed = LE_KEY_DOWN; return 0; }
static int redraw(int count, int key) { pressed = LE_KEY_REDRAW; return 0; }
static int newline(int count, int key) { rl.insert_text("\n"); return 0; }

static void line_finished(char *line) {
  // Enter is ours, so only the end of input comes here.
  free(line);
  pressed = LE_KEY_END_OF_INPUT;
  rl.callback_handler_remove();
}

static bool find(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  memcpy(place, &symbol, sizeof symbol);
  return symbol != NULL;
}

static bool find_all(void *l) {
  return find(l, "add_history", &rl.add_history) &&
         find(l, "stifle_history", &rl.stifle_history) &&
         find(l, "rl_readline_name", &rl.readline_name) &&
         find(l, "rl_callback_handler_install", &rl.callback_handler_install) &&
         find(l, "rl_callback_handler_remove", &rl.callback_handler_remove) &&
         find(l, "rl_callback_read_char", &rl.callback_read_char) &&
         find(l, "rl_callback_sigcleanup", &rl.callback_sigcleanup) &&
         find(l, "rl_initialize", &rl.initialize) &&
         find(l, "rl_bind_key_in_map", &rl.bind_key_in_map) &&
         find(l, "rl_bind_keyseq_in_map", &rl.bind_keyseq_in_map) &&
         find(l, "rl_function_of_keyseq", &rl.function_of_keyseq) &&
         find(l, "rl_insert_text", &rl.insert_text) &&
         find(l, "rl_delete_text", &rl.delete_text) &&
         find(l, "rl_begin_undo_group", &rl.begin_undo_group) &&
         find(l, "rl_end_undo_group", &rl.end_undo_group) &&
         find(l, "rl_free_line_state", &rl.free_line_state) &&
         find(l, "rl_prep_terminal", &rl.prep_terminal) &&
         find(l, "rl_deprep_terminal", &rl.deprep_terminal) &&
         find(l, "rl_newline", &rl.newline) &&
         find(l, "rl_complete", &rl.complete) &&
         find(l, "rl_get_previous_history", &rl.get_previous_history) &&
         find(l, "rl_get_next_history", &rl.get_next_history) &&
         find(l, "rl_clear_screen", &rl.clear_screen) &&
         find(l, "rl_do_lowercase_version", &rl.do_lowercase_version) &&
         find(l, "rl_line_buffer", &rl.line_buffer) &&
         find(l, "rl_display_prompt", &rl.display_prompt) &&
         find(l, "rl_point", &rl.point) && find(l, "rl_end", &rl.end) &&
         find(l, "rl_catch_signals", &rl.catch_signals) &&
         find(l, "rl_catch_sigwinch", &rl.catch_sigwinch) &&
         find(l, "rl_change_environment", &rl.change_environment) &&
         find(l, "rl_redisplay_function", &rl.redisplay_function) &&
         find(l, "emacs_standard_keymap", &rl.emacs_map) &&
         find(l, "vi_insertion_keymap", &rl.vi_insertion_map) &&
         find(l, "vi_movement_keymap", &rl.vi_movement_map);
}

// Takes a key over where it still does what the library gives it: inputrc goes first.
static void take(const char *keys, command *usual, command *ours) {
  keymap_entry *maps[] = {rl.emacs_map, rl.vi_insertion_map, rl.vi_movement_map};
  for (int i = 0; i < 3; i++) {
    int type = 0;
    command *bound = rl.function_of_keyseq(keys, maps[i], &type);
    // Type 0 is a function; NULL is an unbound key.
    if (type == 0 && (bound == usual || bound == NULL))
      rl.bind_keyseq_in_map(keys, ours, maps[i]);
  }
}

static void take_keys(void) {
  take("\r", rl.newline, enter);
  take("\n", rl.newline, enter);
  take("\t", rl.complete, tab);
  // Capital letters of new keymaps are bound to this.
  take("\033[Z", rl.do_lowercase_version, backtab);
  take("\033[A", rl.get_previous_history, up);
  take("\033OA", rl.get_previous_history, up);
  take("\033[B", rl.get_next_history, down);
  take("\033OB", rl.get_next_history, down);
  take("\020", rl.get_previous_history, up);
  take("\016", rl.get_next_history, down);
  take("\014", rl.clear_screen, redraw);
  rl.bind_keyseq_in_map("\033\r", newline, rl.emacs_map);
}

bool le_load(void) {
  static bool was_tried = false, is_there = false;
  if (was_tried) return is_there;
  was_tried = true;
  void *library = dlopen("libreadline.so.8", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL || !find_all(library)) return false;
  *rl.readline_name = "traceql";
  rl.stifle_history(10000);
  *rl.catch_signals = 0;
  *rl.catch_sigwinch = 0;
  *rl.change_environment = 0;
  *rl.redisplay_function = draw_nothing;
  rl.initialize();
  take_keys();
  return is_there = true;
}

void le_begin(void) { rl.callback_handler_install("", line_finished); }

void le_end(void) {
  rl.callback_sigcleanup();
  rl.callback_handler_remove();
  rl.free_line_state();
}

void le_suspend(void) { rl.deprep_terminal(); }
void le_resume(void) { rl.prep_terminal(1); }

le_key le_read_key(void) {
  pressed = LE_KEY_EDITED;
  rl.callback_read_char();
  return pressed;
}

const char *le_text(void) { return *rl.line_buffer ? *rl.line_buffer : ""; }
int le_point(void) { return *rl.point; }

const char *le_message(void) {
  const char *shown = *rl.display_prompt;
  return shown && *shown ? shown : NULL;
}

void le_replace(int from, int to, const char *text) {
  rl.begin_undo_group();
  rl.delete_text(from, to);
  *rl.point = from;
  rl.insert_text(text);
  rl.end_undo_group();
}

void le_set_point(int point) { *rl.point = point < 0 ? 0 : point > *rl.end ? *rl.end : point; }

void le_add_history(const char *line) { rl.add_history(line); }
