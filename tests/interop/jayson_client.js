// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
// Calls the conformance server with jayson's client. usage: node jayson_client.js URL FOLDER_OF_THE_MODULES
// Prints one line for each thing that it did: a name, a tab, what came of it as JSON.
'use strict';
const http = require('http');
const base = new URL(process.argv[2]);
const jayson = require(process.argv[3] + '/jayson');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let status = 0;

function client(path, more) {
  const made = jayson.Client.http({ host: base.hostname, port: base.port, path, agent, ...more });
  made.on('http response', (response) => { status = response.statusCode; });
  return made;
}

// [error, the whole answer]; ids are random, so they are compared here and left out.
function request(from, ...args) {
  return new Promise((resolve) => {
    const sent = from.request(...args, (error, answer) => {
      const wanted = Array.isArray(sent) ? sent : [sent];
      const answers = answer === undefined ? [] : Array.isArray(answer) ? answer : [answer];
      const calls = wanted.filter((one) => one.id !== undefined && one.id !== null);
      const linked = answers.filter((one) => calls.some((call) => call.id === one.id)).length;
      answers.forEach((one) => { if (calls.some((call) => call.id === one.id)) delete one.id; });
      resolve({ error: error ? error.message || error : undefined, status, linked, answer });
    });
  });
}

async function show(name, promise) {
  console.log(name + '\t' + JSON.stringify(await promise));
}

async function main() {
  const rpc = client('/rpc', { version: 2 });
  await show('call', request(rpc, 'add', [2, 3]));
  await show('named', request(rpc, 'subtract', { subtrahend: 23, minuend: 42 }));
  await show('empty params', request(rpc, 'get_data', []));
  await show('echo', request(rpc, 'echo', [{ b: [1, 2.5, null, true], a: '\u2603 \u{1f600} \u0000', '': {} }]));
  await show('own id', request(rpc, 'add', [2, 3], 'id \u2603'));
  await show('notification', request(rpc, 'update', [1, 2], null));
  await show('unknown', request(rpc, 'nope', []));
  await show('wrong type', request(rpc, 'add', [1, 'x']));
  await show('application error', request(rpc, 'teapot', []));
  await show('exception', request(rpc, 'fail', { message: 'secret' }));
  await show('xml only', request(rpc, 'xml_only', []));
  await show('date', request(rpc, 'now', []));
  await show('bytes', request(rpc, 'get_bytes', []));
  await show('nothing', request(rpc, 'nothing', []));
  await show('batch', request(rpc, [
    rpc.request('add', [1, 2], undefined, false),
    rpc.request('update', [1], null, false),
    rpc.request('nope', [], undefined, false),
    rpc.request('subtract', { minuend: 5, subtrahend: 1 }, undefined, false),
  ]));
  await show('batch of notifications', request(rpc, [
    rpc.request('update', [1], null, false),
    rpc.request('update', [2], null, false),
  ]));
  await show('batch too long', request(client('/maxbatch2', { version: 2 }), [1, 2, 3].map((n) => rpc.request('add', [n, n], undefined, false))));
  await show('without an authorization', request(client('/auth', { version: 2 }), 'add', [2, 3]));
  await show('with an authorization', request(client('/auth', { version: 2, auth: 'user:secret' }), 'add', [2, 3]));
  await show('no such path', request(client('/nowhere', { version: 2 }), 'add', [2, 3]));
  await show('version 1', request(client('/rpc', { version: 1 }), 'add', [2, 3]));
  await show('many at once', Promise.all(Array.from({ length: 100 }, (_, n) => request(rpc, 'add', [n, 1])))
    .then((all) => all.every((one, n) => one.linked === 1 && one.answer.result === n + 1)));
  agent.destroy();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
