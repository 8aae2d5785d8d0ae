// A coroutine that others can wait for: what lets a case read as a script.
//
// Mind: g++ 12 destroys a braced temporary in an expression with co_await twice
// (`co_await stage.knocks({.to = ...})`). Arguments come from functions or have names.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

namespace gauntlet::sim::conformance {

template <class T>
class Task;

namespace task {

/// What promises of every type have in common: who waits for the end.
struct Promise {
  std::coroutine_handle<> caller{std::noop_coroutine()};

  struct Return {
    bool await_ready() noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> ended) noexcept {
      return ended.promise().caller;
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  Return final_suspend() noexcept { return {}; }
  void unhandled_exception() { throw; }  // a bug of ours: out of whoever resumed it
};

template <class T>
struct PromiseOf : Promise {
  std::optional<T> value{};
  Task<T> get_return_object();
  void return_value(T returned) { value.emplace(std::move(returned)); }
  T take() { return std::move(*value); }
};

template <>
struct PromiseOf<void> : Promise {
  Task<void> get_return_object();
  void return_void() {}
  void take() {}
};

}  // namespace task

/// Begins when it is waited for (or, for the outermost one, by start()), and goes with its owner:
/// to destroy a task ends it, and whatever it waits for, wherever it is.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = task::PromiseOf<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_{handle} {}
  Task(Task&& other) noexcept : handle_{std::exchange(other.handle_, {})} {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  void start() { handle_.resume(); }
  bool done() const { return !handle_ || handle_.done(); }

  auto operator co_await() && {
    struct Wait {
      Handle task;
      bool await_ready() { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
        task.promise().caller = caller;
        return task;
      }
      T await_resume() { return task.promise().take(); }
    };
    return Wait{handle_};
  }

 private:
  Handle handle_;
};

namespace task {

template <class T>
Task<T> PromiseOf<T>::get_return_object() {
  return Task<T>{std::coroutine_handle<PromiseOf<T>>::from_promise(*this)};
}
inline Task<void> PromiseOf<void>::get_return_object() {
  return Task<void>{std::coroutine_handle<PromiseOf<void>>::from_promise(*this)};
}

}  // namespace task

/// A case, or a part of one that returns nothing.
using Steps = Task<void>;

}  // namespace gauntlet::sim::conformance
