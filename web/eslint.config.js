import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['dist', 'node_modules', 'src/generated'] },
    js.configs.recommended,
    {
        files: ['**/*.{js,mjs}'],
        languageOptions: { globals: globals.node },
    },
    {
        files: ['**/*.{ts,tsx}'],
        extends: [
            tseslint.configs.strictTypeChecked,
            tseslint.configs.stylisticTypeChecked,
            jsxA11y.flatConfigs.strict,
            reactHooks.configs.flat['recommended-latest'],
        ],
        languageOptions: { parserOptions: { projectService: true } },
        rules: {
            // What callers and models say is data. It must never become markup.
            'no-restricted-syntax': [
                'error',
                {
                    selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
                    message: 'Text of callers is rendered as text.',
                },
                {
                    selector: 'AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]',
                    message: 'Text of callers is rendered as text.',
                },
            ],
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
            '@typescript-eslint/consistent-type-definitions': 'off',
            '@typescript-eslint/no-empty-function': ['error', { allow: ['methods'] }],
            // `const { type, ...rest }` leaves out what is named.
            '@typescript-eslint/no-unused-vars': [
                'error',
                { ignoreRestSiblings: true, varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
            ],
        },
    },
);
