import { expect, test } from 'vitest'
import { libraryStyles } from './library-styles.ts'

test('the styles that React Aria makes are read whole out of the installed package', () => {
  expect(libraryStyles()).toEqual([
    '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}',
    '@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}',
  ])
})
