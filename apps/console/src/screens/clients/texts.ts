import { type Client, ClientRole } from '@assay/contracts/assay/client/v1/client_service_pb'
import { counted } from '../../kit/figures.ts'

export const texts = {
  title: 'API clients',
  looking: 'Looking for API clients.',
  clients: 'API clients, the oldest first',
  roles: {
    [ClientRole.UNSPECIFIED]: '',
    [ClientRole.ADMIN]: 'administers: everything',
    [ClientRole.ROLE_MINER]: 'mines and decides',
    [ClientRole.REVIEWER]: 'reads and decides',
    [ClientRole.AUDITOR]: 'reads',
    [ClientRole.AGENT]: 'reads, and decides by the tools of MCP',
  },
  make: 'Make an API client',
  name: 'Name',
  role: 'What it may do',
  dialect: 'Whose API its credentials are like',
  identity: 'The person it acts for (nobody: itself)',
  confirm: 'Make it',
  secretTitle: 'The secret is shown once',
  secretMeans: 'It is not stored and cannot be shown again. Store it where you store secrets.',
  id: 'Client id',
  secret: 'Secret',
  keptIt: 'I have stored it',
  since: (day: string) => `since ${day}`,
  revokedAt: (day: string) => `revoked ${day}`,
  actsFor: (person: string) => `acts for ${person}`,
  trusts: (issuer: string) => `shows tokens of ${issuer}`,
  sees: (whom: string) => `sees ${whom}`,
  scope: 'Whom it sees…',
  scopeNamed: (name: string) => `Whom it sees…: ${name}`,
  scopeTitle: 'Whom it sees',
  scopeMeans:
    'The client sees the people who meet all conditions. Without conditions it sees everybody. A change holds within a minute.',
  save: 'Save',
  scoped: 'It holds within a minute.',
  revoke: 'Revoke…',
  revokeNamed: (name: string) => `Revoke…: ${name}`,
  revokeTitle: 'Revoke this client?',
  revokeMeans: (name: string) =>
    `“${name}” gets no token from now on, and those that it holds end within a minute. That cannot be taken back.`,
  confirmRevoke: 'Revoke it',
  revoked: (name: string) => `“${name}” is revoked.`,
  cancel: 'Cancel',
  mayNot: 'API clients are an administrator’s.',
} as const

export function clientsSentence(clients: readonly Client[]): string {
  const revoked = clients.filter(({ revokeTime }) => revokeTime !== undefined).length
  const all = counted(clients.length - revoked, 'client', 'clients')
  return revoked === 0 ? `${all}.` : `${all}, and ${counted(revoked, 'revoked one', 'revoked ones')}.`
}
