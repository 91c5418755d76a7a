/** Started through with-node24, which installs what is missing: says what everything runs on. */
console.log(`Node ${process.version} on ${process.platform} ${process.arch}`)
