/** Cards with pictures: beside the question, as choices, in a ranking; some transparent, one that is broken. */
import type { CardView, ImageView, Option } from '../src/protocol';
import { card, choice, choices, form, text } from './shapes';

const svg = (width: number, height: number, inside: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inside}</svg>`,
  )}`;
const paper = '<rect width="100%" height="100%" fill="white"/>';
const chart = (points: string) =>
  `<g fill="none" stroke="black"><path d="M40 10V260H420"/><path stroke="#1f77b4" stroke-width="3" d="M40 240L${points}"/></g>
   <text x="190" y="290" font-family="sans-serif" font-size="14">epoch</text>`;
const blob = (hue: number) =>
  `<rect width="100%" height="100%" fill="hsl(${hue} 50% 80%)"/><circle cx="50%" cy="50%" r="60" fill="hsl(${hue} 60% 45%)"/>`;

export const assets: Record<string, string> = {
  loss: svg(440, 300, paper + chart('120 160L220 90L320 60L420 50')),
  clear: svg(440, 300, chart('120 60L220 140L320 70L420 200')),
  wide: svg(3000, 500, blob(200)),
  tall: svg(300, 1600, blob(120)),
  small: svg(24, 24, blob(20)),
  cat: svg(300, 200, blob(30)),
  dog: svg(200, 300, blob(260)),
  bird: svg(400, 400, '<circle cx="200" cy="200" r="150" fill="none" stroke="black" stroke-width="20"/>'),
  broken: 'data:image/png;base64,iVBORw0KGgo=',
};

const image = (asset: string, width: number, height: number, caption: string | null = null): ImageView => ({
  asset,
  alt: caption ?? 'Image',
  caption,
  width,
  height,
});

const animals: Option[] = [
  { label: 'cat', value: 'cat', image: 'cat' },
  { label: 'dog', value: 'dog', image: 'dog' },
  { label: 'A bird, of which only the outline is known', value: 'bird', image: 'bird' },
  { label: 'broken', value: 'broken', image: 'broken' },
  { label: 'neither of them', value: 'neither' },
];

export const pictures: CardView[] = [
  card('one', 'Does it converge?', { images: [image('loss', 440, 300)], control: form(text()) }),
  card('several', 'Which of these is odd?', {
    images: [
      image('clear', 440, 300, 'A transparent figure'),
      image('wide', 3000, 500, 'A wide one'),
      image('tall', 300, 1600, 'A tall one'),
      image('small', 24, 24, 'A small one'),
      image('broken', 100, 60, 'A broken one'),
    ],
    control: form(text()),
  }),
  card('which', 'Which animal?', { control: form({ ...choice([]), options: animals }) }),
  card('some', 'Which animals?', { control: form({ ...choices([]), options: animals }) }),
];
