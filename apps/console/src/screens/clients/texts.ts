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
  dialect: 'API for which it gets credentials',
  identity: 'The person for whom it acts (empty: nobody)',
  confirm: 'Make it',
  secretTitle: 'The secret is shown once',
  secretMeans: 'It is not stored and cannot be shown again. Store it where you store secrets.',
  id: 'Client id',
  secret: 'Secret',
  keptIt: 'I have stored it',
  since: (day: string) => `since ${day}`,
  revokedAt: (day: string) => `revoked ${day}`,
  actsFor: (person: string) => `acts for ${person}`,
  trusts: (issuer: string) => `signs in with tokens of ${issuer}`,
  sees: (whom: string) => `sees ${whom}`,
  scope: 'Whom it sees…',
  scopeNamed: (name: string) => `Whom it sees…: ${name}`,
  scopeTitle: 'Whom it sees',
  scopeMeans:
    'The client sees the people who meet all conditions. Without conditions it sees everybody. A change takes effect within a minute.',
  save: 'Save',
  scoped: 'The change is saved. It takes effect within a minute.',
  revoke: 'Revoke…',
  revokeNamed: (name: string) => `Revoke…: ${name}`,
  revokeTitle: 'Revoke this client?',
  revokeMeans: (name: string) =>
    `“${name}” gets no token from now on, and its present tokens end within a minute. This cannot be undone.`,
  confirmRevoke: 'Revoke it',
  revoked: (name: string) => `“${name}” is revoked.`,
  cancel: 'Cancel',
  mayNot: 'You cannot see the API clients: this needs the right to administer.',
} as const

export function clientsSentence(clients: readonly Client[]): string {
  const revoked = clients.filter(({ revokeTime }) => revokeTime !== undefined).length
  const all = counted(clients.length - revoked, 'client', 'clients')
  return revoked === 0 ? `${all}.` : `${all}, and ${counted(revoked, 'revoked one', 'revoked ones')}.`
}
