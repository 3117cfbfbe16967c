/** Of what the ledger tells what was in force. */
export const kindsOfThings = {
  access_data: 'access data',
  settings: 'settings',
  policy: 'policies',
  profile: 'access profiles',
  source: 'sources',
  client: 'API clients',
  issuer: 'issuers',
  access: 'who signs in as what',
  schedule: 'schedules',
} as const
export type ThingType = keyof typeof kindsOfThings
