export const texts = {
  title: 'Sign in to Assay',
  once: 'This link signs you in once. It must be used within ten minutes after it was made.',
  button: 'Sign in',
  noSecret: 'The link is not whole: the part behind # is missing. Copy all of it.',
  another: 'On the machine where Assay runs, this prints another link:',
  needsHttps:
    'This page came over plain HTTP from another machine. Browsers keep no session that way: Assay needs HTTPS here.',
  noAnswer: 'The platform does not answer; try again.',
} as const
