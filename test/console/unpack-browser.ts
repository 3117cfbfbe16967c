// Run by itself, with TMPDIR naming where to unpack to: the package reads that once, and twice at once would fail.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x'
const { default: chromium } = await import('@sparticuz/chromium')
await chromium.executablePath()
