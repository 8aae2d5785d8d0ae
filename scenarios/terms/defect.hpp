// What the embedded servers can do wrong on purpose, each under its own name. They are there to be
// found: by the conformance suite, by `gauntlet explore`, and by whoever wants to see one.
#pragma once

#include <cstdint>
#include <string_view>

#include "scenarios/terms/defects.hpp"

namespace gauntlet {

enum class Defect : std::uint8_t {
  // A relay: who is registered, and who gets in.
  accept_short_id,
  accept_outer_hyphen,
  retake_id,
  free_id_of_absent,
  assign_one_id,
  ignore_odd_id,
  wordless_refusal,
  half_a_token,
  ignore_token_rest,
  ignore_token_end,
  id_as_token,
  ignore_query_token,
  leave_hanging,
  accept_dot,
  accept_line_feed,
  accept_foreign_digits,
  accept_outer_blanks,
  bar_after_reset,
  fold_tokens,

  // A relay: connections.
  bare_welcome,
  welcome_twice,
  store_for_absent,
  keep_dead_peers,
  drop_quiet_peers,
  leak_from,
  skip_after_leave,
  stale_connection,
  drop_on_reconnect,
  swallow_first,
  replay_on_reconnect,

  // A relay: who gets a message.
  broadcast_to_sender,
  echo_direct,
  replay_to_newcomer,
  leak_answer,
  misdeliver_absent,
  skip_last_recipient,
  cap_recipients,
  deliver_per_mention,
  spoil_mixed,
  complain_of_unknown,
  acknowledge,
  reorder_direct,
  drop_after_error,
  fold_recipients,
  recipient_by_prefix,
  read_few_recipients,
  ping_to_all,
  subscribe_to_all,

  // A relay: what a message looks like when it comes.
  forget_type,
  invent_type,
  fold_type,
  clip_type,
  bare_broadcast,
  blur_recipients,
  strip_unknown_fields,
  drop_null,
  round_numbers,
  parse_strings,
  empty_to_null,
  stop_at_nul,
  cut_long_payload,
  stringify_objects,
  fold_keys,
  double_precision,
  trust_from,
  trust_id,
  trust_ts,
  relay_as_id,
  repeat_ids,
  id_per_receiver,
  seconds_in_ts,
  turn_clock_back,
  wrap_ids,
  frozen_clock,
  local_time,

  // A relay: what is wrong with a message.
  accept_missing_payload,
  type_is_enough,
  null_type_is_enough,
  one_error_each,
  broadcast_without_to,
  silent_errors,
  close_on_error,
  codeless_error,
  error_to_recipients,
  deaf_after_errors,

  // A relay: subscriptions, and other commands.
  subscribe_replaces,
  unsubscribe_all,
  forget_unsubscribe,
  keep_subscriptions,
  list_for_all,
  miscount_subscriptions,
  ack_as_agent,
  accept_any_agents,
  pass_on_commands,
  skip_subscribers,
  followed_only,
  leak_to_subscribers,
  duplicate_on_subscribe,
  forget_ref,
  clip_ref,
  first_answer_only,
  pong_to_all,
  one_pong,
  swallow_after_ping,

  // A relay: limits, and what is too much.
  low_size_limit,
  silent_size_limit,
  low_rate_limit,
  silent_rate_limit,
  punish_others,
  choke_on_crowd,
  choke_on_long_type,
  choke_on_brackets,
  choke_on_body,

  // An arena: the session, and who gets in.
  short_pin,
  ignore_pin_length,
  reuse_session_id,
  silent_farewell,
  keep_connections,
  accept_old_pin,
  remember_participants,
  show_pin,
  pin_by_prefix,
  pin_cut_short,
  ignore_pin_rest,
  pin_as_number,
  trim_pins,
  no_pin_needed,
  close_on_wrong_pin,
  nickname_optional,
  ack_nickname,
  count_absent,
  count_connections,
  fold_present_ids,
  overcount_present,

  // An arena: rounds.
  zero_is_unset,
  invent_seed,
  forget_deadline,
  cut_prompt,
  first_session_id,
  trim_prompts,
  cap_max_tokens,
  challenge_early,
  challenge_latecomers,
  challenge_screens,
  tokens_after_stop,
  stop_unanswered,
  announce_end,
  hide_live_tokens,
  default_bad_terms,
  refuse_svg_mode,

  // An arena: tokens.
  accept_gaps,
  accept_repeats,
  restart_on_reconnect,
  token_for_another,
  token_of_stranger,
  ignore_round,
  seq_optional,
  complain_of_gaps,
  acknowledge_tokens,
  trim_tokens,
  keep_early_tokens,
  skip_empty_tokens,
  reuse_seq,
  hide_tenth_token,
  hide_on_reconnect,
  hold_tenth_token,
  show_refused_token,
  token_to_wrong_round,

  // An arena: how a generation ends.
  first_completion_ends_round,
  keep_first_complete,
  complete_for_another,
  demand_latency,
  accept_negative_tokens,
  complete_any_round,
  acknowledge_completes,
  hide_speed,
  failure_completes,
  complete_after_failure,
  exclude_failed,

  // An arena: public screens, and signs of life.
  forget_screen,
  repeat_to_newcomer,
  mix_up_participants,
  latest_screen_only,
  lose_screen,
  hide_snapshot,
  hide_arrivals,
  hide_breaks,
  hide_round_state,
  miscount_tokens,
  pin_on_screen,
  refuse_heartbeats,
  no_heartbeat,
  keep_dead_clients,

  // An arena: votes, and what it says of a round.
  ballot_stuffing,
  one_vote_each,
  demand_voter,
  any_score,
  zero_is_no_score,
  vote_for_nobody,
  vote_for_all,
  scoreboard_off_by_one,
  scoreboard_forgets_absent,
  count_claims,
  score_own_latency,
  score_all_rounds,
  score_without_nickname,
  score_per_ms,
  cut_content,
  add_repeats,
  row_per_visit,
  latest_for_unknown,
  csv_without_header,
  csv_unquoted,
  csv_bare_line_breaks,
  csv_bare_nicknames,
  csv_miscounts,
  csv_without_votes,
  csv_without_ends,
  csv_swaps_times,
  csv_without_durations,
  metrics_miscount,
  unhealthy,

  // An arena: what is wrong with a message, and what is too much.
  mute_errors,
  mute_to_strangers,
  close_on_malformed,
  deaf_after_malformed,
  refuse_large,
  cap_tokens,
  choke_on_odd_name,

  // Of the WebSocket of either server.
  unmasked_frames,
  reserved_bits,
  unknown_opcodes,
  long_control_frames,
  loose_fragments,
  any_bytes_as_text,
  any_close_code,
  close_with_1000,
  pong_without_payload,
  any_version,
  upgrade_by_post,
};

enum class DefectOf : std::uint8_t {
  relay,
  arena,
  socket,  // of the WebSocket that both have
};

enum class Shows : std::uint8_t {
  when_asked,  // to the case of the conformance suite that is there for it, if to nothing else
  in_passing,  // to `gauntlet explore` too, which has to find it: it breaks an invariant
};

struct DefectDef {
  Defect id;
  std::string_view name;
  std::string_view help;  // one sentence: what it does
  Shows shows{Shows::when_asked};
  DefectOf of{};  // of the table that the row is in
};

}  // namespace gauntlet
