export const texts = {
  title: 'Sign in to Assay',
  once: 'This link signs you in once. It must be used within ten minutes after it was made.',
  button: 'Sign in',
  noSecret: 'The link is not whole: the part behind # is missing. Copy all of it.',
  another: 'On the machine where Assay runs, this prints another link:',
  needsHttps:
    'This page came over plain HTTP from another machine. Browsers store no session that way: Assay needs HTTPS here.',
  noAnswer: 'The platform does not answer; try again.',
} as const

interface OutcomeText {
  readonly title: string
  readonly text: string
}

/** The texts for failed sign-ins, by the gateway's code. */
export const outcomeTexts = {
  of(code: string, issuer = 'The provider'): OutcomeText {
    const known: Readonly<Record<string, OutcomeText>> = {
      NO_ACCESS: {
        title: 'You have no access yet',
        text: `${issuer} knows you, but neither you nor one of your groups has access to Assay.`,
      },
      ACCESS_REVOKED: {
        title: 'Your access was taken back',
        text: 'An administrator has taken your access to Assay back.',
      },
      SCOPES_DIFFER: {
        title: 'Your access contradicts itself',
        text: 'Your groups let you see some people in some applications and other people in others. Assay cannot put that together.',
      },
      TENANT_SUSPENDED: {
        title: 'Your organisation is suspended',
        text: 'Nobody of your organisation can sign in at the moment.',
      },
      DENIED: { title: 'You were not signed in', text: `${issuer} did not let you in, or you said no there.` },
      NOT_BEGUN_HERE: {
        title: 'Sign in once more',
        text: 'This sign-in took longer than ten minutes, was used before, or began in another browser.',
      },
      AWAY: {
        title: 'Your provider does not answer',
        text: `${issuer} does not answer at the moment. Try again in a minute.`,
      },
      MISCONFIGURED: {
        title: 'The sign-in is not set up right',
        text: `Assay and ${issuer} do not agree on how people sign in. The log of the gateway says what is wrong.`,
      },
      NO_ISSUER: {
        title: 'This way in is gone',
        text: 'The provider was removed, or the platform does not know its own address.',
      },
    }
    return known[code] ?? { title: 'You were not signed in', text: 'Something went wrong. Try again.' }
  },
  isForAdministrator: (code: string) =>
    ['NO_ACCESS', 'ACCESS_REVOKED', 'SCOPES_DIFFER', 'MISCONFIGURED'].includes(code),
  signedInAs: 'You signed in as',
  groups: (count: number) =>
    count === 0 ? 'It named no groups of yours.' : `It named ${count === 1 ? 'this group' : 'these groups'} of yours:`,
  groupsLeftOut: 'You are in so many groups that it named none of them.',
  more: (count: number) => `And ${count} more.`,
  ask: 'Ask for access:',
  administrator: 'whoever runs Assay in your organisation',
} as const
