// ARC agents as a plain loop over `ws`: register, connect, wait until everybody is in, then do WORK.
'use strict';
const http = require('http');
const { performance } = require('perf_hooks');
const WebSocket = require('ws');

const { RELAY, WORK } = process.env;
const [clients, seconds, periodMs] = ['CLIENTS', 'SECONDS', 'PERIOD_MS'].map((name) => Number(process.env[name]));
const ENTERING_AT_ONCE = 100;

// Not by fetch, which leaves more garbage behind than a thousand connections take.
function register() {
  return new Promise((registered, failed) => {
    const answered = (reply) => {
      let body = '';
      reply.on('data', (piece) => (body += piece)).on('end', () => registered(JSON.parse(body)));
    };
    http.request(`http://${RELAY}/register`, { method: 'POST' }, answered).on('error', failed).end('{}');
  });
}

async function enter() {
  const { agent_id: id, token } = await register();
  const socket = new WebSocket(`ws://${RELAY}/arc?token=${token}`, { perMessageDeflate: false });
  await new Promise((welcomed, failed) => socket.once('message', welcomed).once('error', failed));
  const payload = {
    run: '0badcafe', from: 123, lane: 0, n: 12345, at: 1234567890,
    pad: '0123456789012345678901234567890123456789abcdefg',
  };
  return { socket, message: JSON.stringify({ to: [id], payload }) };
}

async function everybody() {
  const agents = [];
  while (agents.length < clients) {
    const batch = Math.min(ENTERING_AT_ONCE, clients - agents.length);
    agents.push(...(await Promise.all(Array.from({ length: batch }, enter))));
  }
  return agents;
}

let received = 0;
let waited = 0;

// Writes, and writes again when the message has come back.
function roundTrips({ socket, message }) {
  let begin;
  const send = () => {
    begin = performance.now();
    socket.send(message);
  };
  socket.on('message', () => {
    received += 1;
    waited += performance.now() - begin;
    send();
  });
  send();
}

// Writes when the time has come; the times are absolute, so that no lateness adds up.
function paced({ socket, message }, index) {
  socket.on('message', () => (received += 1));
  let due = performance.now() + (periodMs * index) / clients;
  const wait = () => setTimeout(send, due - performance.now());
  const send = () => {
    socket.send(message);
    due += periodMs;
    wait();
  };
  wait();
}

everybody().then((agents) => {
  if (WORK === 'idle') return;
  agents.forEach(WORK === 'paced' ? paced : roundTrips);
  setTimeout(() => {
    console.log(JSON.stringify({ received, mean_ms: waited / received }));
    process.exit(0);
  }, seconds * 1000);
});
