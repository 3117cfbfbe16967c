export const texts = {
  signInWith: 'Sign in with',
  organisation: 'Your organisation',
  goOn: 'Go on',
  noOrganisation: (name: string) =>
    `No organisation called “${name}” signs in here. Write its name as your administrator does.`,
  noAnswer: 'The platform does not answer; try again.',
  addressUnknown:
    'Sign-in by your organisation is set up, but the platform does not know its own address: whoever runs it sets ASSAY_PUBLIC_URL.',
} as const
