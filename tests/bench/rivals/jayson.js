// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
// add() with jayson over HTTP. usage: node jayson.js PORT
const jayson = require('jayson');
new jayson.Server({ add: (args, done) => done(null, args[0] + args[1]) }).http().listen(+process.argv[2], '127.0.0.1');
setTimeout(() => process.exit(0), 3600e3);
