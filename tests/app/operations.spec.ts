import { expect, test } from './studio.ts';

const gate = `w = weight [4, 4]
k = numbers [1, 4] 1*2 0.5 -1
gated = sigmoid(x)
mixed = linear(x, w)
kept = multiply(mixed, gated)
y = add(kept, k)
return y`;

test('a layer is written as operations, told line by line what is wrong, wired by its ports, trained and exported', async ({
  studio,
  page,
}) => {
  await studio.openTemplate('Circle');
  await studio.node('relu1').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Replace' }).click();
  const list = page.getByRole('dialog', { name: 'Replace relu1' });
  await list.getByRole('combobox').fill('operations');
  await page.keyboard.press('Enter');
  await expect(list).toHaveCount(0);
  await expect(studio.node('operations1')).toContainText('2 operations');

  await studio.select('operations1');
  const program = studio.inspector.getByRole('textbox', { name: 'Operations' });
  await expect(program).toHaveValue('h = tanh(x)\ny = multiply(x, h)\nreturn y');
  // What is being typed counts for the key that trains.
  await program.fill(gate.replace('sigmoid', 'sigmoit'));
  await page.keyboard.press('Control+Enter');
  const problem = studio.inspector.getByText('Line 3: there is no op “sigmoit”; expected one of:');
  await expect(problem).toBeVisible();
  await studio.expectPhase('none');
  // Line ends are part of it, and leaving it takes it.
  await program.fill(gate);
  await program.blur();
  await expect(problem).toHaveCount(0);
  await expect(studio.node('operations1')).toContainText('4 operations');
  await expect(studio.node('operations1')).toContainText('16 params');

  // Another input: a port for it, which must be wired.
  await expect(studio.port('operations1', 'input', 'x2')).toHaveCount(0);
  await program.fill(gate.replace('sigmoid(x)', 'sigmoid(x2)'));
  await studio.selectNothing();
  await expect(studio.port('operations1', 'input', 'x2')).toHaveCount(1);
  await studio.drag(studio.port('fc1', 'output', 'y'), studio.port('operations1', 'input', 'x2'));
  await expect(studio.wire('fc1 y', 'operations1 x2')).toBeAttached();

  await studio.train();
  await studio.expectPhase('done');
  await page.getByRole('button', { name: 'Export ONNX' }).click();
  await expect(page.getByTestId('certificate')).toHaveAttribute('data-equal', 'true', {
    timeout: 60_000,
  });
});
