/** Every kind of field once, filled in and empty, with something wrong here and there. */
import type { CardView } from '../src/protocol';
import {
  boolean,
  card,
  choice,
  choices,
  date,
  datetime,
  form,
  json,
  list,
  map,
  number,
  object,
  ref,
  text,
  time,
  tuple,
  union,
} from './shapes';

const line = object({
  sku: text({ label: 'SKU', example: 'AB-123' }),
  count: number({ integer: true, minimum: 1, maximum: 20, default: 1 }),
  note: text({ required: false }),
});

const payment = union({
  Card: object({ number: text({ example: '4242 4242 4242 4242' }), until: date() }),
  Transfer: object({ iban: text({ label: 'IBAN' }) }),
  Cash: object({}),
});

const tree = object({ name: text(), children: list(ref('Tree'), { required: false }) });

const countries = ['Argentina', 'Brazil', 'Canada', 'Denmark', 'Estonia', 'France', 'Germany', 'Hungary', 'Iceland'];
const more = ['Japan', 'Kenya', 'Latvia', 'Mexico', 'Norway', 'Oman', 'Poland', 'Qatar', 'Romania', 'Spain'];

export const gallery: CardView[] = [
  card('order', 'Is the order right?', {
    control: form(
      object({
        tags: list(text(), { label: 'Tags', default: ['fragile', 'express', ''], max_items: 5, required: false }),
        lines: list(line, {
          label: 'Lines',
          help: 'What is shipped.',
          min_items: 1,
          default: [
            { sku: 'AB-123', count: 2 },
            { sku: 'CD-456', count: 1, note: 'blue' },
          ],
        }),
        payment: { ...payment, default: { branch: 0, value: { number: '4242', until: '2027-01-01' } } },
        amount: union({ Number: number(), Text: text(), 'Yes or no': boolean() }),
        prices: map(number({ minimum: 0 }), {
          default: [
            ['apples', 1.2],
            ['pears', 2.5],
          ],
        }),
        depots: map(object({ city: text(), open: boolean({ required: false }) }), {
          default: [['north', { city: 'Oslo', open: true }]],
          required: false,
        }),
        position: tuple([number({ label: 'Latitude' }), number({ label: 'Longitude' })], { default: [52.5, 13.4] }),
      }),
    ),
    field_errors: { 'tags/2': 'Please fill this in.', 'lines/1/sku': 'Sold out.', prices: 'At most 1 item.' },
    refusals: 1,
  }),
  card('tree', 'How is the team built?', {
    control: form({
      ...tree,
      definitions: { Tree: tree },
      default: { name: 'Ada', children: [{ name: 'Grace', children: [{ name: 'Alan', children: [] }] }] },
    }),
  }),
  card('numbers', 'Which settings?', {
    control: form(
      object(
        {
          share: number({ minimum: 0, maximum: 1, default: 0.25 }),
          copies: number({ integer: true, minimum: 1, maximum: 50, default: 12 }),
          colour: text({ format: 'color', default: '#3b55d9' }),
          pause: text({ format: 'duration', required: false }),
          id: text({ label: 'ID', format: 'uuid', read_only: true, default: '123e4567-e89b-12d3-a456-426614174000' }),
          country: choice([...countries, ...more], { default: 'Norway' }),
          labels: choices(['fragile', 'express', 'gift'], { default: ['gift'] }),
          text: text({ format: 'markdown', multiline: true, default: '# Dear customer\n\nWe are *sorry*.' }),
          next: ref('Step', { label: 'Next step', required: false, nullable: true, help: 'If there is one.' }),
        },
        { definitions: { Step: object({ name: text() }) } },
      ),
    ),
  }),
  card('open', 'Which headers and settings?', {
    control: form({
      ...object({
        name: text({ default: 'nightly' }),
        starts: datetime({
          minimum: '2026-01-01T09:00',
          exclusive_maximum: '2026-02-01T00:00',
          default: '2026-01-15T10:30:00',
        }),
        daily: time({ minimum: '09:00', maximum: '17:00', default: '08:00:00' }),
        until: date({ minimum: '2026-01-01', required: false }),
      }),
      rest: [
        {
          name: 'other keys',
          field: map(text(), {
            label: 'Keys that match ^x-',
            key_pattern: '^x-',
            required: false,
            default: [['x-owner', 'ada']],
          }),
        },
        {
          name: 'other keys 2',
          field: map(json(), {
            label: 'Other keys',
            required: false,
            taken: ['name'],
            default: [
              ['retries', '3'],
              ['name', '{"a": 1}'],
            ],
          }),
        },
      ],
    }),
  }),
  card('list', 'Which addresses get a copy?', { control: form(list(text({ format: 'email' }), { min_items: 2 })) }),
  card('contact', 'How can we reach you?', {
    control: form(
      union({
        'E-mail': text({ format: 'email' }),
        Phone: text(),
        Post: object({ street: text(), city: text() }),
        Visit: object({ at: date() }),
        Nobody: object({}),
      }),
    ),
  }),
];
