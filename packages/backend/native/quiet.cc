// Holds back what native code writes to the error stream while TensorFlow starts. Node has no dup2, so this addon
// points file descriptor 2 at a memory file and back. If the process dies meanwhile, the handlers below put out what
// was held back, so that the reason of a crash is never lost.
#include <node_api.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace {

constexpr int kFatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTERM, SIGINT, SIGHUP};
constexpr int kFatalCount = sizeof(kFatal) / sizeof(kFatal[0]);

int held = -1;      // the memory file that stands in for the error stream
int original = -1;  // the error stream itself
struct sigaction previous[kFatalCount];

// Only async-signal-safe calls.
void PutOut(int signal) {
  dup2(original, STDERR_FILENO);
  lseek(held, 0, SEEK_SET);
  char buffer[4096];
  ssize_t count;
  while ((count = read(held, buffer, sizeof buffer)) > 0) {
    if (write(original, buffer, static_cast<size_t>(count)) < 0) break;
  }
  for (int i = 0; i < kFatalCount; i++) sigaction(kFatal[i], &previous[i], nullptr);
  raise(signal);
}

// hold(): boolean, false where the error stream cannot be redirected.
napi_value Hold(napi_env env, napi_callback_info) {
  bool done = false;
  if (original < 0) {
    const int copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    const int memory = memfd_create("stderr", MFD_CLOEXEC);
    if (copy >= 0 && memory >= 0 && dup2(memory, STDERR_FILENO) >= 0) {
      original = copy;
      held = memory;
      struct sigaction action = {};
      action.sa_handler = PutOut;
      sigemptyset(&action.sa_mask);
      for (int i = 0; i < kFatalCount; i++) sigaction(kFatal[i], &action, &previous[i]);
      done = true;
    } else {
      if (copy >= 0) close(copy);
      if (memory >= 0) close(memory);
    }
  }
  napi_value result;
  napi_get_boolean(env, done, &result);
  return result;
}

// release(): string, what was written since hold().
napi_value Release(napi_env env, napi_callback_info) {
  std::string text;
  if (original >= 0) {
    for (int i = 0; i < kFatalCount; i++) sigaction(kFatal[i], &previous[i], nullptr);
    dup2(original, STDERR_FILENO);
    lseek(held, 0, SEEK_SET);
    char buffer[4096];
    ssize_t count;
    while ((count = read(held, buffer, sizeof buffer)) > 0) text.append(buffer, static_cast<size_t>(count));
    close(held);
    close(original);
    held = original = -1;
  }
  napi_value result;
  napi_create_string_utf8(env, text.data(), text.size(), &result);
  return result;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "hold", NAPI_AUTO_LENGTH, Hold, nullptr, &function);
  napi_set_named_property(env, exports, "hold", function);
  napi_create_function(env, "release", NAPI_AUTO_LENGTH, Release, nullptr, &function);
  napi_set_named_property(env, exports, "release", function);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
