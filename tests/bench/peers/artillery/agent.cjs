// What the scenarios of artillery.yaml need: registration, a common start, and an end.
'use strict';

const { RELAY } = process.env;
const [clients, seconds] = ['CLIENTS', 'SECONDS'].map((name) => Number(process.env[name]));

const waiting = [];
let end;

module.exports = {
  // Artillery's WebSocket engine makes no HTTP requests, so registration is done here.
  register(socket, context, done) {
    fetch(`http://${RELAY}/register`, { method: 'POST', body: '{}' })
      .then((reply) => reply.json())
      .then(({ agent_id: id, token }) => {
        const payload = {
          run: '0badcafe', from: 123, lane: 0, n: 12345, at: 1234567890,
          pad: '0123456789012345678901234567890123456789abcdefg',
        };
        context.vars.message = JSON.stringify({ to: [id], payload });
        context.vars.period = `${process.env.PERIOD_MS}ms`;
        socket.target = `ws://${RELAY}/arc?token=${token}`;
        done();
      }, done);
  },

  waitForEverybody(context, events, done) {
    waiting.push(done);
    if (waiting.length < clients) return;
    end = Date.now() + seconds * 1000;
    waiting.forEach((go) => go());
  },

  goesOn(context, done) {
    done(Date.now() < end);
  },
};
