import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { fetchToken } from '../api-client.ts'
import { type PlatformClient, platformClient } from '../platform-client.ts'
import { readSettings } from '../settings.ts'
import { type Answer, bridge } from './mcp-bridge.ts'

/** The age at which a token is replaced; tokens are valid for an hour or more. */
const tokenLastsMs = 50 * 60_000

/**
 * `assay mcp`: the tools for agents over standard input and output. Standard output has only messages. The agent has the rights of its API
 * client.
 */
export function mcpCommand(environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('mcp')
    .description('serve the tools for agents (Model Context Protocol) over standard input and output')
    .option('--url <url>', 'where the platform is; by default ASSAY_URL, else the platform of this machine')
    .addHelpText(
      'after',
      '\nASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET name the API client of the agent (clients create --role auditor, or --role agent for one that may decide). Without them it is the administrator of this machine, who reads.',
    )
    .action(async ({ url }: { url?: string }) => {
      const platform = await platformClient(readSettings(environment), environment, url)
      const tokens = keptToken(platform)
      await bridge({
        input: process.stdin,
        write: (line) => void process.stdout.write(`${line}\n`),
        async send(body, headers, signal) {
          const answer = await post(platform, body, { ...headers, authorization: `Bearer ${await tokens()}` }, signal)
          if (answer.status !== 401) return answer
          const authorization = `Bearer ${await tokens('fresh')}`
          return await post(platform, body, { ...headers, authorization }, signal)
        },
      })
    })
}

function keptToken({ baseUrl, client, tls }: PlatformClient) {
  let kept: { readonly token: Promise<string>; readonly until: number } | undefined
  return async (how?: 'fresh'): Promise<string> => {
    if (kept === undefined || kept.until < Date.now() || how === 'fresh') {
      const token = fetchToken(baseUrl, client, tls)
      kept = { token, until: Date.now() + tokenLastsMs }
      token.catch(() => {
        kept = undefined
      })
    }
    return await kept.token
  }
}

function post(
  { baseUrl, tls }: PlatformClient,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  const url = new URL(`${baseUrl}/mcp`)
  const options = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal }
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: http.IncomingMessage) => {
      const { statusCode: status = 0, headers } = answer
      text(answer).then((body) => resolve({ status, contentType: headers['content-type'] ?? '', body }), reject)
    }
    const sent =
      url.protocol === 'https:'
        ? https.request(url, { ...tls, ...options }, onAnswer)
        : http.request(url, options, onAnswer)
    sent
      .once('error', (cause) => reject(new Error(`Nothing answers at ${baseUrl}: ${cause.message}`, { cause })))
      .end(body)
  })
}
