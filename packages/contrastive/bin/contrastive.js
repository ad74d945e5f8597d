#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `contrastive: Node 20.19 or newer is needed, this is ${process.versions.node}. Get it from https://nodejs.org.\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.on('error', ({code}) => {
    if (code === 'EPIPE') process.exit(0); // who read it has seen enough: `| head`
  });
  const {main} = await import('../dist/cli.js');
  process.exitCode = await main(process.argv.slice(2));
}
