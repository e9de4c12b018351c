#include "cyaml.h"

#include <dlfcn.h>
#include <stdio.h>
#include <yaml.h>

#define FUNCTIONS(use)                                                             \
  use(yaml_parser_initialize) use(yaml_parser_delete) use(yaml_parser_set_input_string) \
  use(yaml_parser_parse) use(yaml_event_delete)

struct library {
#define DECLARE(name) __typeof__(&name) name;
  FUNCTIONS(DECLARE)
};

static bool load(struct library *library, cyaml_problem *problem) {
  void *handle = dlopen("libyaml-0.so.2", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    snprintf(problem->message, sizeof problem->message, "%s", dlerror());
    return false;
  }
#define RESOLVE(function)                                                                       \
  library->function = (__typeof__(&function))dlsym(handle, #function);                          \
  if (library->function == NULL) {                                                              \
    snprintf(problem->message, sizeof problem->message, "libyaml lacks %s", #function);         \
    return false;                                                                               \
  }
  FUNCTIONS(RESOLVE)
  return true;
}

/// Tells of one event; false to end.
static bool tell(const yaml_event_t *event, void *context,
                 bool (*visit)(void *, cyaml_event, size_t, const uint8_t *, size_t, bool)) {
  size_t line = event->start_mark.line + 1;
  switch (event->type) {
    case YAML_MAPPING_START_EVENT: return visit(context, CYAML_MAPPING_START, line, NULL, 0, false);
    case YAML_MAPPING_END_EVENT: return visit(context, CYAML_MAPPING_END, line, NULL, 0, false);
    case YAML_SEQUENCE_START_EVENT:
      return visit(context, CYAML_SEQUENCE_START, line, NULL, 0, false);
    case YAML_SEQUENCE_END_EVENT: return visit(context, CYAML_SEQUENCE_END, line, NULL, 0, false);
    case YAML_ALIAS_EVENT: return visit(context, CYAML_ALIAS, line, NULL, 0, false);
    case YAML_SCALAR_EVENT:
      return visit(context, CYAML_SCALAR, line, event->data.scalar.value,
                   event->data.scalar.length,
                   event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE);
    case YAML_DOCUMENT_END_EVENT:
    case YAML_STREAM_END_EVENT: return false;
    default: return true;
  }
}

bool cyaml_parse(const uint8_t *text, size_t count, void *context,
                 bool (*visit)(void *, cyaml_event, size_t, const uint8_t *, size_t, bool),
                 cyaml_problem *problem) {
  struct library yaml;
  *problem = (cyaml_problem){.line = 0};
  if (!load(&yaml, problem)) return false;
  yaml_parser_t parser;
  if (!yaml.yaml_parser_initialize(&parser)) {
    snprintf(problem->message, sizeof problem->message, "no memory");
    return false;
  }
  yaml.yaml_parser_set_input_string(&parser, text, count);
  bool is_read = true;
  for (bool goes_on = true; goes_on;) {
    yaml_event_t event;
    if (!yaml.yaml_parser_parse(&parser, &event)) {
      snprintf(problem->message, sizeof problem->message, "%s",
               parser.problem == NULL ? "not YAML" : parser.problem);
      problem->line = parser.problem_mark.line + 1;
      problem->column = parser.problem_mark.column + 1;
      is_read = false;
      break;
    }
    goes_on = tell(&event, context, visit);
    yaml.yaml_event_delete(&event);
  }
  yaml.yaml_parser_delete(&parser);
  return is_read;
}
