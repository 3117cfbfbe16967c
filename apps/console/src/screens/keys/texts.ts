export const texts = {
  title: 'Keys',
  letters: 'Single letters and ? do something, where nobody is typing',
} as const
