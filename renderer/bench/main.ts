import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import '../ui/tokens.css';
import './bench.css';
import { createApp } from 'vue';
import BenchApp from './BenchApp.vue';

createApp(BenchApp).mount('#app');
